//! What the tests of this crate share: claims and figures to begin from.

use std::sync::Arc;

use belaeg_model::{Approx, ByteSpan, Claim, ClaimFound, Found, Place, Role, Unit};

use crate::figure::{Figure, FigureUnit, Provenance, Standing};

/// "52 procent" omgjort on the area of disabled children in the whole country in 2020.
pub(crate) fn claim() -> Claim {
    Claim {
        quote: "52 procent".to_owned(),
        span: ByteSpan::new(0, 10),
        value: 52.0,
        value_max: None,
        unit: Unit::Percent,
        per: None,
        numerator: None,
        denominator: None,
        noun: None,
        role: Role::Level,
        approx: Approx::Exact,
        years: vec![2020],
        place: Some(Place::DENMARK),
        measure: Some("omgoerelsesprocent".to_owned()),
        area: Some("boernehandicap".to_owned()),
        out_of_range: false,
        doubtful: false,
        found: ClaimFound { place: Some(Found::Explicit), ..ClaimFound::default() },
    }
}

/// An official figure of the claim's key.
pub(crate) fn figure(value: f64, decimals: u8) -> Figure {
    Figure {
        measure: "omgoerelsesprocent".to_owned(),
        area: "boernehandicap".to_owned(),
        place: Place::DENMARK,
        period: "2020".parse().expect("a period"),
        value,
        decimals,
        unit: FigureUnit::Percent,
        cases: None,
        source: source(Standing::Official),
        replaced_at: None,
        note: None,
    }
}

/// A source of this standing.
pub(crate) fn source(standing: Standing) -> Arc<Provenance> {
    Arc::new(Provenance {
        standing,
        name: "Kilden".to_owned(),
        url: None,
        published: None,
        retrieved_at: None,
    })
}
