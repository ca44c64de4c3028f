//! Made-up credit codes for derived departments: formally right, plainly not real, and never the same twice.

use kernel::check::CREDIT_ALPHABET;
use kernel::{CreditCode, DepartmentId};

/// The credit code of a department that has not told its true one.
///
/// | characters | meaning |
/// |---|---|
/// | 1 | `1`, registered by the office for staffing (机构编制) |
/// | 2 | category: `1` organ, `2` institution, `3` mass organisation |
/// | 3–8 | the first six digits of the region |
/// | 9 | `X`: made up. Organisation codes of public bodies begin with a digit or `M` |
/// | 10–16 | town, village and kind (three digits each) as one number in base 31 |
/// | 17 | check character of the organisation code, GB 11714 |
/// | 18 | check character of the whole, GB 32100 |
///
/// The number in characters 10–16 can be read back, so two departments never share a code.
pub fn department_credit_code(id: &DepartmentId, category: char) -> CreditCode {
    let local = format!("{}{}", &id.region.as_str()[6..], id.kind);
    let number = local.bytes().fold(0, |sum: u64, digit| sum * 10 + u64::from(digit - b'0'));
    let mut body = *b"X0000000";
    let mut rest = number;
    for place in body[1..].iter_mut().rev() {
        *place = CREDIT_ALPHABET[(rest % 31) as usize];
        rest /= 31;
    }
    let body: String = body.into_iter().map(char::from).collect();
    CreditCode::from_parts('1', category, id.region.county6(), &body)
        .expect("a category is checked when it is read, and all other characters stem from the alphabet")
}
