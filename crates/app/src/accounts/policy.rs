//! Which role may do what: the one table, deny by default.

use super::Person;
use crate::port::store::Sight;
use relais_core::broken::is_missing;
use relais_core::workspace::{AgentsSee, Document};
use serde::{Deserialize, Serialize};

/// What an account may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    Admin,
    Supervisor,
    Agent,
    /// Reads, changes nothing.
    Auditor,
}

impl Role {
    pub const ALL: [Self; 5] =
        [Self::Owner, Self::Admin, Self::Supervisor, Self::Agent, Self::Auditor];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Supervisor => "supervisor",
            Self::Agent => "agent",
            Self::Auditor => "auditor",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// Something to be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Read conversations, teams, agents, templates, snippets and macros.
    ReadInbox,
    /// Take, answer, note, transfer, give back, resolve.
    ActOnConversations,
    /// Take from colleagues and give to them, keep views for all, stop the assistant.
    Supervise,
    SetOwnAvailability,
    SetAnyAvailability,
    /// Speak as a made-up customer.
    UseSimulator,
    ReadLedger,
    ReadChannels,
    ManageChannels,
    ManageUsers,
    /// Figures and questions without an answer.
    ReadFigures,
    /// Change and add articles of the knowledge base, snippets, macros and tags.
    EditKnowledge,
    /// Read the workspace's settings: teams, hours, targets.
    ReadSettings,
    /// Change them.
    ManageSettings,
    ReadAudit,
    /// Tokens for programs, and webhooks to them.
    ManageIntegrations,
    ExportWorkspace,
    ImportWorkspace,
    EraseContacts,
    /// See which model is connected, what it cost, and what leaves the house.
    ReadModel,
    ManageModel,
    /// All that is known of a person, as a file.
    ExportContacts,
    /// Say who else vouches for people: the company's own sign-in.
    ManageSignIn,
}

/// The table.
pub fn may(role: Role, permission: Permission) -> bool {
    use Permission::{
        ActOnConversations, EditKnowledge, EraseContacts, ExportContacts, ExportWorkspace,
        ImportWorkspace, ManageChannels, ManageIntegrations, ManageModel, ManageSettings,
        ManageSignIn, ManageUsers, ReadAudit, ReadChannels, ReadFigures, ReadInbox, ReadLedger,
        ReadModel, ReadSettings, SetAnyAvailability, SetOwnAvailability, Supervise, UseSimulator,
    };
    match permission {
        ReadInbox => true,
        ActOnConversations | SetOwnAvailability | UseSimulator => role != Role::Auditor,
        SetAnyAvailability | EditKnowledge | Supervise => {
            matches!(role, Role::Owner | Role::Admin | Role::Supervisor)
        }
        ReadLedger | ReadChannels | ReadFigures | ReadModel | ExportWorkspace | ReadSettings => {
            role != Role::Agent
        }
        ReadAudit | ExportContacts => matches!(role, Role::Owner | Role::Admin | Role::Auditor),
        ManageChannels | ManageUsers | ImportWorkspace | EraseContacts | ManageSettings
        | ManageIntegrations | ManageModel => {
            matches!(role, Role::Owner | Role::Admin)
        }
        ManageSignIn => role == Role::Owner,
    }
}

/// What a program may be allowed, in the words its maker chooses from. Accounts, integrations and
/// erasure are for people who are signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Scope {
    #[serde(rename = "inbox:read")]
    InboxRead,
    #[serde(rename = "inbox:act")]
    InboxAct,
    #[serde(rename = "simulator:use")]
    SimulatorUse,
    #[serde(rename = "figures:read")]
    FiguresRead,
    #[serde(rename = "knowledge:write")]
    KnowledgeWrite,
    #[serde(rename = "workspace:read")]
    WorkspaceRead,
    #[serde(rename = "workspace:write")]
    WorkspaceWrite,
    #[serde(rename = "channels:read")]
    ChannelsRead,
    #[serde(rename = "channels:write")]
    ChannelsWrite,
}

impl Scope {
    /// The one that covers a permission, if any does.
    pub fn of(permission: Permission) -> Option<Self> {
        Some(match permission {
            Permission::ReadInbox => Self::InboxRead,
            Permission::ActOnConversations
            | Permission::SetOwnAvailability
            | Permission::SetAnyAvailability
            | Permission::Supervise => Self::InboxAct,
            Permission::UseSimulator => Self::SimulatorUse,
            Permission::ReadFigures => Self::FiguresRead,
            Permission::EditKnowledge => Self::KnowledgeWrite,
            Permission::ExportWorkspace | Permission::ReadSettings | Permission::ReadModel => {
                Self::WorkspaceRead
            }
            Permission::ImportWorkspace | Permission::ManageSettings => Self::WorkspaceWrite,
            Permission::ReadChannels | Permission::ReadLedger => Self::ChannelsRead,
            Permission::ManageChannels => Self::ChannelsWrite,
            Permission::ManageUsers
            | Permission::ManageSignIn
            | Permission::ReadAudit
            | Permission::ManageIntegrations
            | Permission::ManageModel
            | Permission::ExportContacts
            | Permission::EraseContacts => return None,
        })
    }
}

/// What of the conversations somebody sees: all of them, unless the workspace keeps its agents to
/// their teams (S1).
pub fn sight(person: &Person, document: &Document) -> Option<Sight> {
    let is_kept = document.workspace.agents_see == AgentsSee::OwnTeams && !is_missing("S1-teams");
    (person.role == Role::Agent && is_kept).then(|| {
        let agent = document.agents.iter().find(|agent| agent.key == person.agent.key);
        Sight {
            teams: agent.map(|agent| agent.teams.clone()).unwrap_or_default(),
            agent: person.agent.key.clone(),
        }
    })
}

/// Nobody gives or takes a role above their own.
pub fn may_assign(role: Role, given: Role) -> bool {
    let is_above = role != Role::Owner && given == Role::Owner && !is_missing("S14");
    may(role, Permission::ManageUsers) && !is_above
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_roles_are_read_back_and_others_are_not() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("root"), None);
    }

    #[test]
    fn only_owners_make_owners() {
        assert!(may_assign(Role::Owner, Role::Owner));
        assert!(!may_assign(Role::Admin, Role::Owner));
        assert!(may_assign(Role::Admin, Role::Admin));
        assert!(!may_assign(Role::Supervisor, Role::Agent));
    }

    #[test]
    fn an_auditor_changes_nothing() {
        use Permission::*;
        for permission in [
            ActOnConversations,
            Supervise,
            SetOwnAvailability,
            SetAnyAvailability,
            UseSimulator,
            ManageChannels,
            ManageModel,
            ManageUsers,
            EditKnowledge,
            ImportWorkspace,
            EraseContacts,
            ManageSettings,
            ManageIntegrations,
        ] {
            assert!(!may(Role::Auditor, permission), "{permission:?}");
        }
    }
}
