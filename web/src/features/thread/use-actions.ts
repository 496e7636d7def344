// What an agent does to a conversation. What they write goes through the outbox; moves are sent
// at once and answered at once.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { Action, Conversation, Upload } from '../../api/types.ts';
import { undoSeconds } from '../../lib/alert-prefs.ts';
import {
  discard,
  enqueue,
  newKey,
  type Pending,
  pendingOf,
  post,
  refresh,
  subscribe,
} from '../../lib/outbox.ts';

export function useActions(conversation: Conversation) {
  const client = useQueryClient();
  const { id, owner_epoch } = conversation;
  const pending = useSyncExternalStore(subscribe, () => pendingOf(id));
  const act = useMutation({
    mutationFn: (action: Action) => post(id, action, newKey()),
    onSettled: () => refresh(client, id),
  });
  const put = (action: Pending['action'], files: readonly string[]) =>
    enqueue(id, { ...undoable(action), expected_epoch: owner_epoch }, files);
  const send = (action: Pending['action'], files: readonly Upload[] = []) =>
    put(
      action,
      files.map((file) => file.name),
    );
  return {
    pending,
    send,
    discard: (key: string) => discard(id, key),
    /** Once more, in the knowledge of all that came meanwhile. */
    resend: ({ key, action, files }: Pending) => {
      discard(id, key);
      put(
        { ...unguarded(action), ...(action.acts ? { acts: action.acts.map(unguarded) } : {}) },
        files,
      );
    },
    run: (action: Action) => act.mutateAsync({ ...action, expected_epoch: owner_epoch }),
    isBusy: act.isPending,
    doing: act.variables?.do,
  };
}

/** Whatever the customer wrote meanwhile. */
function unguarded<A extends Action>({ seen: _, ...rest }: A): Omit<A, 'seen'> {
  return rest;
}

/** A text and its files wait together, and are taken back together. */
function undoable<A extends Action>(action: A): A {
  if (action.do === 'reply') return { ...action, undo_s: undoSeconds() };
  if (action.do !== 'several') return action;
  return { ...action, acts: action.acts?.map(undoable) };
}

export type Actions = ReturnType<typeof useActions>;
