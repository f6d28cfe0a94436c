//! Who and what the company deals with: entities, departments, customers, products, suppliers, staff.

use jiff::civil::Date;

use super::calendar::{END, START, plus_days};
use super::chart;
use super::records::{Customer, Employee, Entity, Product, Rate, Vendor};
use crate::money::scaled;
use crate::random::Random;

pub(crate) const ENTITIES: [Entity; 2] = [
    Entity { name: "Halden Instruments GmbH", country: "Germany", currency: "EUR" },
    Entity { name: "Halden Instruments Inc.", country: "United States", currency: "USD" },
];

pub(crate) const DEPARTMENTS: [&str; 8] = [
    "Sales",
    "Marketing",
    "Operations",
    "Customer Service",
    "Research and Development",
    "Finance",
    "Human Resources",
    "IT",
];
pub(crate) const SALES_DEPARTMENT: usize = 0;
pub(crate) const OPERATIONS: usize = 2;
pub(crate) const FINANCE: usize = 5;

pub(crate) const CATEGORIES: [&str; 4] = ["Sensors", "Analyzers", "Consumables", "Accessories"];

/// Warehouse, its entity.
pub(crate) const WAREHOUSES: [(&str, usize); 3] = [("Hamburg", 0), ("Leipzig", 0), ("Newark", 1)];

const MARKETS: [(&str, &str, usize, usize); 14] = [
    ("EMEA", "Germany", 0, 22),
    ("EMEA", "France", 0, 9),
    ("EMEA", "Netherlands", 0, 6),
    ("EMEA", "Sweden", 0, 5),
    ("EMEA", "Italy", 0, 6),
    ("EMEA", "South Africa", 0, 3),
    ("North America", "United States", 1, 22),
    ("North America", "Canada", 1, 6),
    ("Latin America", "Brazil", 1, 4),
    ("Latin America", "Mexico", 1, 3),
    ("APAC", "Japan", 0, 5),
    ("APAC", "Singapore", 0, 4),
    ("APAC", "Australia", 0, 3),
    ("APAC", "India", 0, 2),
];

const SEGMENTS: [&str; 5] = ["Industrial", "Industrial", "Healthcare", "Laboratory", "Education"];

const FIRST: [&str; 40] = [
    "Aldergate",
    "Amberley",
    "Arcadia",
    "Ashford",
    "Baltic",
    "Beacon",
    "Birchwood",
    "Blue Ridge",
    "Bramley",
    "Calder",
    "Castell",
    "Cedar",
    "Corvin",
    "Crown",
    "Delta",
    "Eastfield",
    "Elm",
    "Everest",
    "Falcon",
    "Fairmont",
    "Gotland",
    "Granite",
    "Harbour",
    "Helix",
    "Iberia",
    "Juniper",
    "Kestrel",
    "Lakeside",
    "Lindgren",
    "Maple",
    "Meridian",
    "Nordic",
    "Oakmont",
    "Orion",
    "Pacific",
    "Quarry",
    "Rhein",
    "Summit",
    "Tern",
    "Vega",
];
const SECOND: [&str; 30] = [
    "Biotech",
    "Chemicals",
    "Clinics",
    "Coatings",
    "Controls",
    "Dairy",
    "Diagnostics",
    "Energy",
    "Engineering",
    "Filters",
    "Foods",
    "Foundry",
    "Glass",
    "Health",
    "Hydraulics",
    "Labs",
    "Logistics",
    "Materials",
    "Medical",
    "Metals",
    "Mills",
    "Optics",
    "Paper",
    "Pharma",
    "Plastics",
    "Power",
    "Research",
    "Systems",
    "University",
    "Water",
];

/// A bijection over the 1,200 pairs, so that names are unique and look shuffled.
fn company_name(index: usize) -> String {
    let pair = (index * 487 + 211) % 1200;
    format!("{} {}", FIRST[pair % 40], SECOND[pair / 40])
}

/// Customers: the first ones buy most. About one in thirty has no region.
pub(crate) fn customers(scale: f64, random: &mut Random) -> Vec<Customer> {
    let count = ((160.0 * scale) as usize).clamp(30, 1200);
    (0..count).map(|index| customer(index, random)).collect()
}

fn customer(index: usize, random: &mut Random) -> Customer {
    let mut draw = random.below(100);
    let market = MARKETS.iter().find(|m| {
        let hit = draw < m.3;
        draw = draw.saturating_sub(m.3);
        hit
    });
    // However few customers there are, every region has one.
    let fixed = (index < 28 && index % 4 == 3).then(|| &MARKETS[13 - index / 4 * 2]);
    let &(region, country, entity, _) = fixed.or(market).unwrap_or(&MARKETS[0]);
    Customer {
        name: company_name(index),
        region: (index % 29 != 12).then_some(region),
        segment: random.pick(&SEGMENTS),
        country,
        entity,
        terms: random.pick(&[14, 30, 30, 30, 45, 60]),
        late: random.between(-4, 18),
        since: plus_days(START, -random.between(30, 3000)),
    }
}

const NOUNS: [[&str; 6]; 4] = [
    ["Pressure Sensor", "Flow Sensor", "pH Probe", "Level Sensor", "Oxygen Probe", "Conductivity Cell"],
    ["Gas Analyzer", "Spectrometer", "Titrator", "Moisture Analyzer", "Particle Counter", "Photometer"],
    ["Calibration Fluid", "Filter Set", "Reagent Kit", "Sample Vials", "Test Strips", "Membrane Pack"],
    ["Mounting Kit", "Cable Set", "Carry Case", "Docking Station", "Display Unit", "Power Supply"],
];
const PRICES: [(i64, i64); 4] = [(120, 900), (2500, 9500), (8, 60), (25, 240)];

/// Products, spread over the categories; each comes from one goods supplier.
pub(crate) fn products(scale: f64, goods_vendors: usize, random: &mut Random) -> Vec<Product> {
    let count = ((60.0 * scale.sqrt()) as usize).clamp(12, 120);
    (0..count).map(|index| product(index, goods_vendors, random)).collect()
}

fn product(index: usize, goods_vendors: usize, random: &mut Random) -> Product {
    let category = index % 4;
    let (low, high) = PRICES[category];
    let price = random.between(low * 20, high * 20) * 5;
    Product {
        name: format!("{} {}", NOUNS[category][index / 4 % 6], 100 * (1 + index / 24) + 10 * (index % 10)),
        category,
        price,
        cost: scaled(price, random.between(440, 560), 1000),
        vendor: index % goods_vendors.max(1),
    }
}

/// Supplier kinds beside goods, each with the expense it bills.
pub(crate) const VENDOR_KINDS: [(&str, usize); 9] = [
    ("Landlord", chart::RENT),
    ("Utility", chart::UTILITIES),
    ("Agency", chart::MARKETING),
    ("Travel", chart::TRAVEL),
    ("Software", chart::SOFTWARE),
    ("Consultant", chart::FEES),
    ("Carrier", chart::FREIGHT),
    ("Insurer", chart::INSURANCE),
    ("Equipment", chart::EQUIPMENT),
];
const VENDOR_WORDS: [&str; 12] =
    ["Alster", "Brandt", "Copper", "Dornier", "Elbe", "Fjord", "Garnet", "Hansa", "Isar", "Jade", "Kiel", "Lumen"];

/// Suppliers: goods first, then three of each kind.
pub(crate) fn vendors(goods: usize, random: &mut Random) -> Vec<Vendor> {
    let goods = (0..goods)
        .map(|i| ("Goods", format!("{} Components {}", VENDOR_WORDS[i % 12], ["AG", "BV", "SA"][i / 12 % 3])));
    let other = VENDOR_KINDS.iter().enumerate();
    let other = other.flat_map(|(k, (kind, _))| {
        (0..3).map(move |i| (*kind, format!("{} {kind}", VENDOR_WORDS[(k * 5 + i * 4) % 12])))
    });
    let named: Vec<(&'static str, String)> = goods.chain(other).collect();
    named
        .into_iter()
        .map(|(kind, name)| Vendor {
            name: if kind == "Goods" { name } else { format!("{name} Services") },
            kind,
            country: random.pick(&["Germany", "Germany", "Netherlands", "United States"]),
            terms: random.pick(&[14, 30, 30, 45]),
        })
        .collect()
}

const GIVEN: [&str; 20] = [
    "Anna", "Ben", "Clara", "David", "Elif", "Felix", "Grace", "Hugo", "Ines", "Jonas", "Karin", "Liam", "Mara",
    "Noah", "Olga", "Paul", "Rosa", "Samir", "Tessa", "Viktor",
];
const FAMILY: [&str; 25] = [
    "Albers", "Becker", "Castro", "Duarte", "Ellis", "Fischer", "Graf", "Hansen", "Ivanov", "Jansen", "Keller",
    "Lopez", "Maurer", "Novak", "Olsen", "Petrov", "Quinn", "Richter", "Sato", "Thomas", "Ueda", "Vogel", "Weber",
    "Yilmaz", "Zimmer",
];
/// Department, title, yearly salary in EUR, share of staff in percent.
const JOBS: [(usize, &str, i64, usize); 8] = [
    (0, "Account Manager", 58_000, 24),
    (1, "Marketing Specialist", 49_000, 8),
    (2, "Technician", 42_000, 28),
    (3, "Support Engineer", 45_000, 12),
    (4, "Development Engineer", 66_000, 14),
    (5, "Accountant", 52_000, 6),
    (6, "HR Partner", 50_000, 4),
    (7, "Systems Engineer", 60_000, 4),
];

/// Staff over the whole history, one per department at least.
pub(crate) fn employees(size: f64, random: &mut Random) -> Vec<Employee> {
    let count = ((84.0 * size) as usize).max(10);
    (0..count).map(|index| employee(index, random)).collect()
}

fn employee(index: usize, random: &mut Random) -> Employee {
    let mut draw = if index < JOBS.len() { JOBS[..index].iter().map(|j| j.3).sum() } else { random.below(100) };
    let job = JOBS.iter().find(|j| {
        let hit = draw < j.3;
        draw = draw.saturating_sub(j.3);
        hit
    });
    let &(department, title, salary, _) = job.unwrap_or(&JOBS[2]);
    let old = index < JOBS.len() || random.chance(680);
    let hired =
        if old { plus_days(START, -random.between(60, 2500)) } else { plus_days(START, random.between(1, 1250)) };
    let leaves = index >= JOBS.len() && random.chance(200);
    let left = leaves.then(|| plus_days(hired.max(START), random.between(120, 1300))).filter(|day| *day <= END);
    Employee {
        name: format!("{} {}", random.pick(&GIVEN), random.pick(&FAMILY)),
        department,
        entity: usize::from(index >= JOBS.len() && random.chance(300)),
        title,
        hired,
        left: left.map(Date::last_of_month).filter(|day| *day <= END),
        salary: salary * random.between(85, 130),
    }
}

/// A random walk of the dollar, month by month.
pub(crate) fn rates(months: &[super::calendar::Month], random: &mut Random) -> Vec<Rate> {
    let mut closing: i64 = 905_000;
    let mut rates = Vec::new();
    for month in months {
        let opening = closing;
        closing = (opening + random.between(-17_000, 17_000)).clamp(845_000, 985_000);
        let average = (opening + closing) / 2 + random.between(-2_500, 2_500);
        rates.push(Rate { month: month.first, average, closing: month.is_full().then_some(closing) });
    }
    rates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_customers_apart() {
        let names: std::collections::BTreeSet<String> = (0..1200).map(company_name).collect();
        assert_eq!(names.len(), 1200);
    }

    #[test]
    fn products_and_vendors_are_told_apart() {
        let mut random = Random::stream(1, 1);
        let products: std::collections::BTreeSet<String> =
            products(10.0, 20, &mut random).into_iter().map(|p| p.name).collect();
        let vendors: std::collections::BTreeSet<String> =
            vendors(20, &mut random).into_iter().map(|v| v.name).collect();
        assert_eq!((products.len(), vendors.len()), (120, 47));
    }

    #[test]
    fn every_department_has_staff() {
        let staff = employees(0.01, &mut Random::stream(1, 1));
        assert!((0..DEPARTMENTS.len()).all(|d| staff.iter().any(|e| e.department == d && e.left.is_none())));
    }
}
