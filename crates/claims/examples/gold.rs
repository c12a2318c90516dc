//! scratch
use std::io::BufRead;
fn main() {
    for line in std::io::stdin().lock().lines() {
        let v: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let ctx = belaeg_claims::Context {
            place: v["doc"]["place"].as_str().and_then(|p| p.parse().ok()),
            published: v["doc"]["published"].as_str().and_then(|p| p.parse().ok()),
            kind: None,
        };
        let f = belaeg_claims::find_claims(v["text"].as_str().unwrap(), &ctx);
        let (counts, rates): (Vec<_>, Vec<_>) =
            f.claims.iter().partition(|c| c.unit == belaeg_model::Unit::Count);
        println!(
            "{}",
            serde_json::json!({"id": v["id"], "rates": rates, "counts": counts, "years": f.years})
        );
    }
}
