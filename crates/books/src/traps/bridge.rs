//! Many-to-many bridge: a project that two grants pay for is counted for each of them in full.

use catalog::Value;
use jiff::civil::date;

use super::trap::{Due, Rows, Sums, Trap, book};
use crate::company::calendar::plus_days;
use crate::money::cents;
use crate::random::Random;

const LAYOUT: &str = r#"
table grants
  grant_id INTEGER key
  grant_name VARCHAR(30) unique
table projects
  project_id INTEGER key
  project_name VARCHAR(30) unique
table project_grants "Which grants pay for a project, and how much of it"
  project_id INTEGER key -> projects.project_id
  grant_id INTEGER key -> grants.grant_id
  share_percent INTEGER
table project_costs
  cost_id INTEGER key
  project_id INTEGER -> projects.project_id
  spent_on DATE index
  cost_amount DECIMAL(12,2)
"#;
const NAIVE: &str = "SELECT g.grant_name, SUM(c.cost_amount) FROM project_costs c JOIN project_grants b ON b.project_id = \
    c.project_id JOIN grants g ON g.grant_id = b.grant_id GROUP BY g.grant_name ORDER BY g.grant_name";

pub(super) fn trap() -> Trap {
    let mut random = Random::stream(27, 1);
    let names = ["City Fund", "Lottery", "Sponsor"];
    let grants = (1..).zip(names).map(|(id, name)| vec![Value::Int(id), name.into()]).collect();
    let (mut projects, mut bridge, mut costs): (Rows, Rows, Rows) = (Vec::new(), Vec::new(), Vec::new());
    let (mut shared, mut doubled) = (Sums::default(), Sums::default());
    for project in 1..=8 {
        projects.push(vec![Value::Int(project), Value::Text(format!("Project {project}"))]);
        let first = random.below(3);
        let parts = [(first, 60), ((first + 1) % 3, 40)];
        for (grant, percent) in parts {
            bridge.push(vec![Value::Int(project), Value::Int(grant as i64 + 1), Value::Int(percent)]);
        }
        for _ in 0..6 {
            let amount = random.between(100, 900) * 1_000;
            let day = plus_days(date(2024, 1, 1), random.between(0, 365));
            costs.push(vec![Value::Int(costs.len() as i64 + 1), Value::Int(project), Value::Date(day), cents(amount)]);
            for (grant, percent) in parts {
                shared.add(names[grant], amount * percent / 100);
                doubled.add(names[grant], amount);
            }
        }
    }
    Trap {
        class: "many-to-many bridge",
        book: book("charity", "Projects of a charity", LAYOUT, vec![grants, projects, bridge, costs]),
        question: "cost amount by grant in 2024",
        clock: date(2024, 12, 31),
        due: Due::Refusal,
        right: vec![shared.answer("cost amount", 2)],
        naive_sql: NAIVE,
        naive: vec![doubled.answer("cost amount", 2)],
    }
}
