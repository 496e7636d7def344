//! A unit of work and a query as data: statements with bound values and the rows they must hit.

use crate::row::Record;
use crate::statement::StmtId;
use crate::value::Value;
use std::marker::PhantomData;

/// How many rows a statement must change, and what it means when it changes none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hit {
    /// A guard: none is a conflict.
    Guard,
    /// The claim on a provider id: none is a duplicate.
    Receipt,
    /// The lease of the node that writes: none, and nothing may be written.
    Lease,
    /// Any number will do.
    Any,
    /// None is a mistake of ours.
    Sure,
}

#[derive(Clone, Debug)]
pub(crate) struct Op {
    pub(crate) stmt: StmtId,
    pub(crate) args: Vec<Value>,
    pub(crate) hit: Hit,
}

/// Statements that commit together or not at all; guards first.
#[derive(Clone, Debug, Default)]
pub(crate) struct WriteSet {
    pub(crate) ops: Vec<Op>,
    /// Words for the index, after everything else of the commit: SQLite writes a piece of index of
    /// its own for all words that no other statement stands between.
    pub(crate) words: Vec<Op>,
}

impl WriteSet {
    pub(crate) fn push(&mut self, stmt: StmtId, hit: Hit, args: Vec<Value>) {
        self.ops.push(Op { stmt, args, hit });
    }

    pub(crate) fn push_words(&mut self, stmt: StmtId, args: Vec<Value>) {
        self.words.push(Op { stmt, args, hit: Hit::Sure });
    }

    /// In the order in which a commit of this unit alone runs them.
    pub(crate) fn in_order(mut self) -> Vec<Op> {
        self.ops.append(&mut self.words);
        self.ops
    }
}

/// A statement that gives rows of a type.
#[derive(Debug)]
pub(crate) struct Query<T> {
    pub(crate) stmt: StmtId,
    pub(crate) args: Vec<Value>,
    rows: PhantomData<fn() -> T>,
}

pub(crate) fn query<T: Record>(stmt: StmtId, args: Vec<Value>) -> Query<T> {
    Query { stmt, args, rows: PhantomData }
}
