//! The OpenAPI 3.1 document, generated from the handlers themselves, and the reference page made from it.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        self,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

/// Everything of the document that is not said at a handler.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "通办 Tongban API",
        version = "1",
        description = "One JSON interface for people's own programs, departments' systems and the project's own tools.\n\n\
            Authentication: POST /api/v1/sessions gives a token; send it as `Authorization: Bearer <token>`. Cookies are not read here.\n\n\
            Sending twice: give POST requests an `Idempotency-Key`; the same key with the same body happens once and is answered the same, \
            the same key with another body is refused (422 store.key-reused).\n\n\
            Lists: `limit` (at most 200) and the opaque `cursor` from `next`; the `Link` header carries the same address.\n\n\
            Errors are `application/problem+json` (RFC 9457) with a `code` that never changes.\n\n\
            Rates: `RateLimit` and `RateLimit-Policy` headers tell what is left; beyond it 429 with `Retry-After`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "sessions", description = "登录与退出"),
        (name = "items", description = "事项与办事指南（公开）"),
        (name = "regions", description = "区划（公开）"),
        (name = "files", description = "申请材料文件"),
        (name = "cases", description = "办件：提交、查询、各步操作"),
        (name = "ratings", description = "好差评与差评整改"),
        (name = "licences", description = "电子证照"),
        (name = "payments", description = "缴费：缴款单、网上缴费、柜台收款"),
        (name = "projects", description = "投资项目：赋码、备案、并联审批、建设报告"),
        (name = "supervision", description = "电子监察：预警、红黄牌、督办单"),
        (name = "insight", description = "开放数据：公开的指标（公开）"),
        (name = "hotline", description = "12345 工单：登记、派单、办理、回访"),
        (name = "trading", description = "公共资源交易：标段、投标、开标、评标、OCDS 开放数据"),
        (name = "exchange", description = "数据交换：部门业务系统按批报送受理、过程、结果，使用资源目录"),
        (name = "messages", description = "消息：一件事一个对话"),
        (name = "halls", description = "大厅、预约、排队")
    ),
    modifiers(&Bearer)
)]
pub struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}
