//! Check characters: the arithmetic of ISO 7064 and its relatives, over ASCII text.
//!
//! Each function computes the check character of a text *without* one, and gives `None` when the text has a
//! character outside the system's alphabet. Which slips each finds for certain is said beside it.

/// The alphabet of GB 32100-2015: digits and capital letters without I, O, S, V and Z.
pub const CREDIT_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// ISO 7064 MOD 11-2 over digits; the check character is a digit or `X`.
///
/// Finds every single wrong character and every swap of two. Used by GB 11643-1999 (resident IDs).
pub fn mod11_2(digits: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for digit in digits {
        sum = (sum + value_within(*digit, 10)?) * 2 % 11;
    }
    let check = (12 - sum) % 11;
    Some(if check == 10 { b'X' } else { digit_of(check) })
}

/// ISO 7064 MOD 11,10 over digits; the check character is a digit.
///
/// Finds every single wrong digit and nearly every swap of neighbours. Used by GB/T 40058-2021 (investment
/// projects) and by our own case numbers.
pub fn mod11_10(digits: &[u8]) -> Option<u8> {
    hybrid(digits, 10)
}

/// ISO 7064 MOD 37,36 over digits and capital letters; so is the check character.
///
/// Finds every single wrong character and nearly every swap of neighbours. Used by GB/T 36904-2018 (licences).
pub fn mod37_36(text: &[u8]) -> Option<u8> {
    hybrid(text, 36)
}

/// GB 32100-2015: weights 3^i modulo 31 over [`CREDIT_ALPHABET`].
///
/// Finds every single wrong character (31 is prime and no weight is its multiple) and every swap of two.
pub fn mod31(text: &[u8]) -> Option<u8> {
    let (mut sum, mut weight) = (0, 1);
    for character in text {
        let value = CREDIT_ALPHABET.iter().position(|known| known == character)?;
        sum = (sum + value * weight) % 31;
        weight = weight * 3 % 31;
    }
    Some(CREDIT_ALPHABET[(31 - sum) % 31])
}

/// GB 11714-1997: the check character of an organisation code's eight characters.
///
/// Finds every single wrong digit, but not every wrong letter: A and L, eleven apart, weigh the same.
pub fn organisation(text: &[u8; 8]) -> Option<u8> {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let mut sum = 0;
    for (character, weight) in text.iter().zip(WEIGHTS) {
        sum += value_within(*character, 36)? * weight;
    }
    let check = (11 - sum % 11) % 11;
    Some(if check == 10 { b'X' } else { digit_of(check) })
}

/// The Luhn check digit of ISO/IEC 7812-1 (bank cards).
///
/// Finds every single wrong digit, and every swap of neighbours but 09 and 90.
pub fn luhn(digits: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (place, digit) in digits.iter().rev().enumerate() {
        let value = value_within(*digit, 10)?;
        let doubled = if place % 2 == 0 { value * 2 } else { value };
        sum += doubled / 10 + doubled % 10;
    }
    Some(digit_of((10 - sum % 10) % 10))
}

/// UPU S10: the check digit of a waybill's eight digits.
///
/// Finds nearly every single wrong digit: remainders 0 and 6 share the check digit 5, 1 and none other give 0.
pub fn s10(digits: &[u8; 8]) -> Option<u8> {
    const WEIGHTS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];
    let mut sum = 0;
    for (digit, weight) in digits.iter().zip(WEIGHTS) {
        sum += value_within(*digit, 10)? * weight;
    }
    Some(match 11 - sum % 11 {
        10 => b'0',
        11 => b'5',
        check => digit_of(check),
    })
}

/// A hybrid system of ISO 7064: moduli M + 1 and M, for M = 10 or 36.
fn hybrid(text: &[u8], modulus: u32) -> Option<u8> {
    let mut product = modulus;
    for character in text {
        let sum = (product + value_within(*character, modulus)?) % modulus;
        product = (if sum == 0 { modulus } else { sum }) * 2 % (modulus + 1);
    }
    let check = (modulus + 1 - product) % modulus;
    Some(if check < 10 { digit_of(check) } else { letter_of(check) })
}

/// 0–9 as themselves, A–Z as 10–35, when below `bound`.
fn value_within(character: u8, bound: u32) -> Option<u32> {
    char::from(character).to_digit(36).filter(|value| *value < bound && !character.is_ascii_lowercase())
}

fn digit_of(value: u32) -> u8 {
    b'0' + value as u8
}

fn letter_of(value: u32) -> u8 {
    b'A' + (value - 10) as u8
}
