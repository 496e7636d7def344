// What an agent does to a conversation. What they write goes through the outbox; moves are sent
// at once and answered at once.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { Action, Conversation } from '../../api/types.ts';
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

/** A reply that the server holds for some seconds more. */
export interface HeldReply {
  message: string;
  text: string;
  until: number;
}

export function useActions(conversation: Conversation) {
  const client = useQueryClient();
  const { id, owner_epoch } = conversation;
  const pending = useSyncExternalStore(subscribe, () => pendingOf(id));
  const act = useMutation({
    mutationFn: (action: Action) => post(id, action, newKey()),
    onSettled: () => refresh(client, id),
  });
  const send = (action: Pending['action']) =>
    enqueue(id, {
      ...action,
      expected_epoch: owner_epoch,
      ...(action.do === 'reply' ? { undo_s: undoSeconds() } : {}),
    });
  return {
    pending,
    send,
    discard: (key: string) => discard(id, key),
    /** Once more, in the knowledge of all that came meanwhile. */
    resend: ({ key, action }: Pending) => {
      discard(id, key);
      const { seen: _, ...rest } = action;
      send(rest);
    },
    run: (action: Action) => act.mutateAsync({ ...action, expected_epoch: owner_epoch }),
    isBusy: act.isPending,
    doing: act.variables?.do,
  };
}

export type Actions = ReturnType<typeof useActions>;
