//! Chance that is the same every time.

/// A sequence of drawn numbers (SplitMix64, Steele, Lea and Flood 2014): nothing here needs better, and no other seed is kept.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// The sequence of one story: the same name and number give the same story.
    pub fn of(name: &str, number: u64) -> Draw {
        let name = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Draw(name.wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of the whole numbers from `least` to `most`.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let wide = u64::try_from(most - least).unwrap_or(0) + 1;
        least + i64::try_from(self.next() % wide).unwrap_or(0)
    }

    /// Whether something that happens so many times in a hundred happens now.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    /// One of these; the slice is not empty.
    pub fn of_these<'a, T>(&mut self, these: &'a [T]) -> &'a T {
        let place = usize::try_from(self.next()).unwrap_or(usize::MAX) % these.len();
        &these[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_is_drawn_alike_every_time_and_unlike_its_neighbour() {
        let numbers = |mut draw: Draw| (0..20).map(|_| draw.between(1, 6)).collect::<Vec<_>>();
        assert_eq!(numbers(Draw::of("case", 7)), numbers(Draw::of("case", 7)));
        assert_ne!(numbers(Draw::of("case", 7)), numbers(Draw::of("case", 8)));
        assert!(numbers(Draw::of("case", 7)).iter().all(|number| (1..=6).contains(number)));
    }
}
