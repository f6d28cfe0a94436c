//! The chart of accounts.

/// What an account is, as the ledger's class column says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    Asset,
    Liability,
    Equity,
    Revenue,
    CostOfSales,
    OperatingExpense,
    Interest,
    Tax,
}

impl Class {
    /// The value in the ledger's class column.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Class::Asset => "Asset",
            Class::Liability => "Liability",
            Class::Equity => "Equity",
            Class::Revenue => "Revenue",
            Class::CostOfSales => "Cost of Sales",
            Class::OperatingExpense => "Operating Expense",
            Class::Interest => "Interest",
            Class::Tax => "Tax",
        }
    }

    /// Whether balances are carried into the next year.
    pub(crate) fn is_permanent(self) -> bool {
        matches!(self, Class::Asset | Class::Liability | Class::Equity)
    }

    /// Whether the class grows on the credit side.
    pub(crate) fn is_credit(self) -> bool {
        matches!(self, Class::Liability | Class::Equity | Class::Revenue)
    }
}

/// An account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account {
    pub(crate) number: i64,
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    pub(crate) group: &'static str,
}

/// Group of the loans.
pub(crate) const BORROWINGS: &str = "Borrowings";
/// Group of depreciation, a part of the operating expenses.
pub(crate) const DEPRECIATION_GROUP: &str = "Depreciation";

/// The bank accounts come first: position in the chart = position in the list of banks.
pub(crate) const BANKS: usize = 4;
pub(crate) const BANK_OPERATING: usize = 0;
pub(crate) const BANK_PAYROLL: usize = 1;
pub(crate) const BANK_DEPOSIT: usize = 2;
pub(crate) const BANK_DOLLARS: usize = 3;
pub(crate) const RECEIVABLES: usize = 4;
pub(crate) const INVENTORY: usize = 5;
pub(crate) const EQUIPMENT: usize = 6;
pub(crate) const WORN: usize = 7;
pub(crate) const PARTNER_RECEIVABLES: usize = 8;
pub(crate) const PAYABLES: usize = 9;
pub(crate) const VAT: usize = 10;
pub(crate) const WITHHELD: usize = 11;
pub(crate) const ACCRUED: usize = 12;
pub(crate) const TAX_PAYABLE: usize = 13;
pub(crate) const LOAN: usize = 14;
pub(crate) const PARTNER_PAYABLES: usize = 15;
pub(crate) const CAPITAL: usize = 16;
pub(crate) const RETAINED: usize = 17;
/// First of four, by product category.
pub(crate) const SALES: usize = 18;
pub(crate) const ALLOWANCES: usize = 22;
/// First of four, by product category.
pub(crate) const COST: usize = 23;
pub(crate) const SALARIES: usize = 27;
pub(crate) const CONTRIBUTIONS: usize = 28;
pub(crate) const BONUSES: usize = 29;
pub(crate) const RENT: usize = 30;
pub(crate) const UTILITIES: usize = 31;
pub(crate) const MARKETING: usize = 32;
pub(crate) const TRAVEL: usize = 33;
pub(crate) const SOFTWARE: usize = 34;
pub(crate) const FEES: usize = 35;
pub(crate) const FREIGHT: usize = 36;
pub(crate) const INSURANCE: usize = 37;
pub(crate) const DEPRECIATION: usize = 38;
pub(crate) const SHARED: usize = 39;
pub(crate) const EXCHANGE: usize = 40;
pub(crate) const INTEREST: usize = 41;
pub(crate) const INCOME_TAX: usize = 42;

const fn account(number: i64, name: &'static str, class: Class, group: &'static str) -> Account {
    Account { number, name, class, group }
}

/// All accounts; the constants above are positions in here.
pub(crate) const ACCOUNTS: [Account; 43] = [
    account(1010, "Operating Account EUR", Class::Asset, "Cash and Bank"),
    account(1020, "Payroll Account EUR", Class::Asset, "Cash and Bank"),
    account(1030, "Deposit Account EUR", Class::Asset, "Cash and Bank"),
    account(1040, "Operating Account USD", Class::Asset, "Cash and Bank"),
    account(1200, "Trade Receivables", Class::Asset, "Receivables"),
    account(1300, "Finished Goods", Class::Asset, "Inventory"),
    account(1500, "Machinery and Equipment", Class::Asset, "Fixed Assets"),
    account(1590, "Accumulated Depreciation", Class::Asset, "Fixed Assets"),
    account(1800, "Due from Affiliates", Class::Asset, "Intercompany"),
    account(2100, "Trade Payables", Class::Liability, "Payables"),
    account(2200, "VAT Payable", Class::Liability, "Tax Liabilities"),
    account(2250, "Payroll Liabilities", Class::Liability, "Payroll Liabilities"),
    account(2300, "Accrued Expenses", Class::Liability, "Accruals"),
    account(2400, "Income Tax Payable", Class::Liability, "Tax Liabilities"),
    account(2500, "Bank Loan", Class::Liability, BORROWINGS),
    account(2800, "Due to Affiliates", Class::Liability, "Intercompany"),
    account(3000, "Share Capital", Class::Equity, "Capital"),
    account(3100, "Retained Earnings", Class::Equity, "Retained Earnings"),
    account(4010, "Sales of Sensors", Class::Revenue, "Product Sales"),
    account(4020, "Sales of Analyzers", Class::Revenue, "Product Sales"),
    account(4030, "Sales of Consumables", Class::Revenue, "Product Sales"),
    account(4040, "Sales of Accessories", Class::Revenue, "Product Sales"),
    account(4090, "Sales Allowances", Class::Revenue, "Sales Deductions"),
    account(5010, "Cost of Sensors Sold", Class::CostOfSales, "Cost of Goods"),
    account(5020, "Cost of Analyzers Sold", Class::CostOfSales, "Cost of Goods"),
    account(5030, "Cost of Consumables Sold", Class::CostOfSales, "Cost of Goods"),
    account(5040, "Cost of Accessories Sold", Class::CostOfSales, "Cost of Goods"),
    account(6010, "Salaries and Wages", Class::OperatingExpense, "Personnel"),
    account(6020, "Social Security Contributions", Class::OperatingExpense, "Personnel"),
    account(6030, "Bonuses", Class::OperatingExpense, "Personnel"),
    account(6100, "Rent", Class::OperatingExpense, "Premises"),
    account(6150, "Utilities", Class::OperatingExpense, "Premises"),
    account(6200, "Marketing and Advertising", Class::OperatingExpense, "Selling"),
    account(6250, "Travel", Class::OperatingExpense, "Selling"),
    account(6300, "Software and Cloud Services", Class::OperatingExpense, "Administration"),
    account(6350, "Professional Fees", Class::OperatingExpense, "Administration"),
    account(6400, "Freight Out", Class::OperatingExpense, "Selling"),
    account(6450, "Insurance", Class::OperatingExpense, "Administration"),
    account(6500, "Depreciation of Equipment", Class::OperatingExpense, DEPRECIATION_GROUP),
    account(6800, "Shared Services", Class::OperatingExpense, "Intercompany"),
    account(6900, "Exchange Differences", Class::OperatingExpense, "Other Operating"),
    account(7100, "Interest Expense", Class::Interest, "Interest"),
    account(8100, "Income Tax", Class::Tax, "Income Tax"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_name_their_accounts() {
        let expected = [
            (BANK_DOLLARS, 1040),
            (RECEIVABLES, 1200),
            (PAYABLES, 2100),
            (LOAN, 2500),
            (RETAINED, 3100),
            (SALES, 4010),
            (ALLOWANCES, 4090),
            (COST, 5010),
            (SALARIES, 6010),
            (FREIGHT, 6400),
            (DEPRECIATION, 6500),
            (EXCHANGE, 6900),
            (INCOME_TAX, 8100),
        ];
        assert!(expected.iter().all(|(at, number)| ACCOUNTS[*at].number == *number));
        assert!(ACCOUNTS.windows(2).all(|pair| pair[0].number < pair[1].number));
    }
}
