//! What may be asked of a case now: `decide` is asked beforehand, in words that are in order, so that the two cannot disagree.

use clock::{BadExtension, Ground};

use super::{Facts, Refusal, decide};
use crate::{Case, Command, Material, Missing, Provision, Service, Stance, State, Subject, Verdict, WithdrawGround};

/// What a person can do to a case (办件操作): a [`Command`] without its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// 受理
    Accept,
    /// 不予受理
    Decline,
    /// 补正告知
    Correct,
    /// 补正
    Resubmit,
    /// 审查
    Review,
    /// 准予
    Grant,
    /// 不予
    Deny,
    /// 特别程序
    Suspend,
    /// 恢复计时
    Resume,
    /// 延长期限
    Extend,
    /// 送达
    Serve,
    /// 办结
    Close,
    /// 撤回
    Withdraw,
}

/// Words that say enough wherever words are asked for.
const WORDS: &str = "理由";

impl Act {
    /// All of them, in the order of a case's life.
    pub const ALL: [Act; 13] = [
        Act::Accept,
        Act::Decline,
        Act::Correct,
        Act::Resubmit,
        Act::Review,
        Act::Grant,
        Act::Deny,
        Act::Suspend,
        Act::Resume,
        Act::Extend,
        Act::Serve,
        Act::Close,
        Act::Withdraw,
    ];

    /// What `command` does; `None` for the passing of time and for what has its own way in: where the paper goes.
    pub fn of(command: &Command) -> Option<Act> {
        Some(match command {
            Command::Accept => Act::Accept,
            Command::Decline { .. } => Act::Decline,
            Command::Correct { .. } => Act::Correct,
            Command::Resubmit { .. } => Act::Resubmit,
            Command::Review { .. } => Act::Review,
            Command::Decide { verdict: Verdict::Grant { .. } } => Act::Grant,
            Command::Decide { verdict: Verdict::Deny { .. } } => Act::Deny,
            Command::Suspend { .. } => Act::Suspend,
            Command::Resume { .. } => Act::Resume,
            Command::Extend { .. } => Act::Extend,
            Command::Serve { .. } => Act::Serve,
            Command::Close => Act::Close,
            Command::Withdraw { .. } => Act::Withdraw,
            Command::Prepare { .. } | Command::Arrived { .. } | Command::ChooseWay { .. } | Command::Tick => {
                return None;
            }
        })
    }

    /// The command with words that are in order for `case`: whatever is still refused is refused for where the case stands or who asks.
    fn in_order(self, case: &Case) -> Command {
        let words = || WORDS.to_owned();
        match self {
            Act::Accept => Command::Accept,
            Act::Decline => Command::Decline { reason: words(), article: words(), elsewhere: None },
            Act::Correct => Command::Correct {
                missing: vec![Missing { what: Subject::Field(words()), why: words() }],
                supervisor_reason: (case.corrections > 0).then(words),
            },
            Act::Resubmit => {
                let State::Correcting { missing, .. } = &case.state else {
                    return Command::Resubmit { form: None, answered: true, materials: vec![] };
                };
                let brought = missing.iter().filter_map(|missing| match &missing.what {
                    Subject::Material(name) => Some(Material::new(name.clone(), Provision::AtWindow)),
                    Subject::Field(_) => None,
                });
                Command::Resubmit { form: None, answered: true, materials: brought.collect() }
            }
            Act::Review => Command::Review { stance: Stance::For, opinion: words() },
            Act::Grant => Command::Decide { verdict: Verdict::Grant { reason: Some(words()) } },
            Act::Deny => Command::Decide { verdict: Verdict::Deny { reason: words(), article: words() } },
            Act::Suspend => Command::Suspend { ground: Ground::Testing, days: 1, reason: words() },
            Act::Resume => Command::Resume { result: words() },
            Act::Extend => Command::Extend { days: 1, reason: words() },
            Act::Serve => Command::Serve { how: Service::Window, licence: None },
            Act::Close => Command::Close,
            Act::Withdraw => Command::Withdraw { ground: WithdrawGround::Other },
        }
    }
}

/// What whoever asks may do to the case now. What stands here is refused for its words at most; what does not stand here is refused
/// for where the case stands or for who asks.
pub fn allowed(case: &Case, facts: &Facts) -> Vec<Act> {
    let may = |act: &Act| match decide(case, &act.in_order(case), facts) {
        Ok(_) => true,
        Err(refusal) => !refusal.is_final(),
    };
    Act::ALL.into_iter().filter(may).collect()
}

impl Refusal {
    /// Whether no other words could help: the state of the case, the time that has passed, or the powers of who asks stand against it.
    pub fn is_final(&self) -> bool {
        match self {
            Refusal::NotFound
            | Refusal::NotNow { .. }
            | Refusal::NotEmpowered { .. }
            | Refusal::OnlyTheApplicant
            | Refusal::CorrectionLapsed { .. }
            | Refusal::NotReviewed
            | Refusal::SamePerson { .. }
            | Refusal::Pause(_)
            | Refusal::Overdue { .. }
            | Refusal::FeeUnpaid
            | Refusal::NoMandate => true,
            Refusal::Extension(bad) => {
                matches!(bad, BadExtension::Already | BadExtension::OtherLimit | BadExtension::Overdue)
            }
            _ => false,
        }
    }
}
