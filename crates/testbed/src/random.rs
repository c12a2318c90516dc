//! Random numbers that are the same on every machine: splitmix64.

/// A generator whose numbers follow from its key alone.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The generator for `seed` and a path of numbers, so that what is drawn for one kommune does not move when
    /// another one draws more.
    pub(crate) fn keyed(seed: u64, path: &[u64]) -> Self {
        let mut random = Self(seed ^ 0x9e37_79b9_7f4a_7c15);
        for &step in path {
            random.0 = random.next() ^ step.wrapping_mul(0xff51_afd7_ed55_8ccd);
        }
        random
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number under `bound`, which is over 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        // The bias of the remainder is far under anything a test could see.
        let bound = u64::try_from(bound.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        let span = usize::try_from(high - low).unwrap_or(0) + 1;
        low + i32::try_from(self.below(span)).unwrap_or(0)
    }

    pub(crate) fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// A rank under `ranks` after Zipf's law: rank r comes about 1/(r+1) as often as rank 0.
    pub(crate) fn zipf(&mut self, ranks: usize) -> usize {
        let unit = f64::from(u32::try_from(self.next() >> 32).unwrap_or(0)) / (f64::from(u32::MAX) + 1.0);
        let most = f64::from(u32::try_from(ranks).unwrap_or(u32::MAX)) + 1.0;
        // exp of a uniform logarithm has the density 1/x.
        let rank = (unit * most.ln()).exp() - 1.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 <= rank < ranks")]
        let rank = rank as usize;
        rank.min(ranks.saturating_sub(1))
    }

    /// A GUID in lower case.
    pub(crate) fn guid(&mut self) -> String {
        let (a, b) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            b >> 52,
            b & 0xffff_ffff_ffff
        )
    }
}
