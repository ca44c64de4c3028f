//! Why a clock may stand still.

use serde::{Deserialize, Serialize};

/// What the authority waits for while the clock stands still (special procedures, 特别程序). There are no others:
/// 行政许可法 第四十五条 names them one by one, and a correction comes before the clock begins or begins it anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// 听证
    Hearing,
    /// 招标
    Tender,
    /// 拍卖
    Auction,
    /// 检验
    Inspection,
    /// 检测
    Testing,
    /// 检疫
    Quarantine,
    /// 鉴定
    Appraisal,
    /// 专家评审
    ExpertReview,
    /// 补正
    Correction,
}

impl Ground {
    /// All grounds, in the order of the article.
    pub const ALL: [Ground; 9] = [
        Ground::Hearing,
        Ground::Tender,
        Ground::Auction,
        Ground::Inspection,
        Ground::Testing,
        Ground::Quarantine,
        Ground::Appraisal,
        Ground::ExpertReview,
        Ground::Correction,
    ];

    /// The article that lets the clock stand still.
    pub fn article(&self) -> &'static str {
        match self {
            Ground::Correction => "行政许可法 第三十二条",
            _ => "行政许可法 第四十五条",
        }
    }
}
