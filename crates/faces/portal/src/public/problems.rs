//! A page for each error code, so that the `type` of a problem document leads somewhere.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use web::{Fault, Frame, House, Visitor};

/// One line for each code: code, HTTP status, title, what is the matter, what to do now; parted by `|`. A line whose code
/// ends in `.*` speaks for all other codes of that room.
const TABLE: &str = include_str!("problems.txt");

struct Problem<'a> {
    code: &'a str,
    status: &'static str,
    title: &'static str,
    what: &'static str,
    remedy: &'static str,
}

#[derive(Template)]
#[template(path = "public/problem.html")]
struct Page<'a> {
    frame: Frame,
    problem: Problem<'a>,
}

pub(crate) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, Fault> {
    let problem = find(&code).ok_or_else(Fault::not_found)?;
    Ok(web::shared_page(&visitor, &Page { frame: visitor.frame(&house, problem.title), problem }))
}

fn find(code: &str) -> Option<Problem<'_>> {
    let is_code = code.len() <= 60 && code.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'-'));
    let (room, _) = code.split_once('.').filter(|_| is_code)?;
    let lines = || TABLE.lines().filter_map(parse);
    let general = || lines().find(|(own, _)| own.strip_suffix(".*") == Some(room));
    let (_, [status, title, what, remedy]) = lines().find(|(own, _)| *own == code).or_else(general)?;
    Some(Problem { code, status, title, what, remedy })
}

fn parse(line: &'static str) -> Option<(&'static str, [&'static str; 4])> {
    let mut parts = line.split('|');
    let code = parts.next()?;
    Some((code, [parts.next()?, parts.next()?, parts.next()?, parts.next()?]))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
    use super::*;

    #[test]
    fn every_line_of_the_table_is_whole() {
        for line in TABLE.lines() {
            assert!(parse(line).is_some() && line.split('|').count() == 5, "{line}");
        }
    }

    #[test]
    fn a_code_has_its_own_words_or_those_of_its_room() {
        assert_eq!(find("catalogue.not-here").unwrap().status, "404");
        assert_eq!(find("casework.something-new").unwrap().title, "办件规则不允许");
        assert!(find("nonsense").is_none() && find("nobody.knows").is_none() && find("<script>").is_none());
    }
}
