//! Which role may do what: the one table, deny by default.

use relais_core::broken::is_missing;

/// What an account may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// Read conversations, teams, agents, templates and snippets.
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
    /// Change and add articles of the knowledge base.
    EditKnowledge,
    ExportWorkspace,
    ImportWorkspace,
    EraseContacts,
    /// See which model is connected, what it cost, and what leaves the house.
    ReadModel,
    ManageModel,
    /// All that is known of a person, as a file.
    ExportContacts,
}

/// The table.
pub fn may(role: Role, permission: Permission) -> bool {
    use Permission::{
        ActOnConversations, EditKnowledge, EraseContacts, ExportContacts, ExportWorkspace,
        ImportWorkspace, ManageChannels, ManageModel, ManageUsers, ReadChannels, ReadFigures,
        ReadInbox, ReadLedger, ReadModel, SetAnyAvailability, SetOwnAvailability, Supervise,
        UseSimulator,
    };
    match permission {
        ReadInbox => true,
        ActOnConversations | SetOwnAvailability | UseSimulator => role != Role::Auditor,
        SetAnyAvailability | EditKnowledge | Supervise => {
            matches!(role, Role::Owner | Role::Admin | Role::Supervisor)
        }
        ReadLedger | ReadChannels | ReadFigures | ReadModel | ExportWorkspace => {
            role != Role::Agent
        }
        ExportContacts => matches!(role, Role::Owner | Role::Admin | Role::Auditor),
        ManageChannels | ManageModel | ManageUsers | ImportWorkspace | EraseContacts => {
            matches!(role, Role::Owner | Role::Admin)
        }
    }
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
        ] {
            assert!(!may(Role::Auditor, permission), "{permission:?}");
        }
    }
}
