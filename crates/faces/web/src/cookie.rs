//! Cookies: reading them from a request, writing one that scripts cannot read.

use axum::http::{HeaderMap, HeaderValue, header};

/// The value of a cookie of the request.
pub(crate) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// A cookie to set: `HttpOnly`, `SameSite=Lax`, for the whole site.
#[derive(Debug, Clone)]
pub struct Cookie {
    text: String,
}

impl Cookie {
    /// A cookie that ends with the browser. `value` must be plain ASCII without `;`: tokens and codes are.
    pub fn new(name: &str, value: &str, secure: bool) -> Cookie {
        let secure = if secure { "; Secure" } else { "" };
        Cookie { text: format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}") }
    }

    /// Keeps it for so many days.
    #[must_use]
    pub fn days(mut self, days: u32) -> Cookie {
        self.text.push_str(&format!("; Max-Age={}", u64::from(days) * 86_400));
        self
    }

    /// As the value of a `Set-Cookie` header.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// Takes a cookie away from the browser.
pub fn cleared(name: &str) -> Cookie {
    Cookie { text: format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_never_by_a_part_of_its_name() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("xui=1; ui=elder; tb_region=320102000000"));
        assert_eq!(find(&headers, "ui"), Some("elder"));
        assert_eq!(find(&headers, "tb_region"), Some("320102000000"));
        assert_eq!(find(&headers, "region"), None);
    }
}
