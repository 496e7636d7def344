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
  release,
  subscribe,
  takeBack,
} from '../../lib/outbox.ts';
import { sessionWindow } from '../../lib/sla.ts';

/** Closer to its end than this, the session window is no place to wait in. */
const WINDOW_MARGIN_MS = 60_000;

export function useActions(conversation: Conversation) {
  const client = useQueryClient();
  const { id, owner_epoch } = conversation;
  const pending = useSyncExternalStore(subscribe, () => pendingOf(id));
  const act = useMutation({
    mutationFn: async (action: Action) => {
      await release(id);
      return post(id, action, newKey());
    },
    onSettled: () => refresh(client, id),
  });
  const send = (action: Pending['action']) => {
    const session = sessionWindow(conversation.window_closes_at, Date.now());
    const isHeld =
      action.do === 'reply' && session.kind !== 'closed' && session.left > WINDOW_MARGIN_MS;
    const hold = isHeld ? undoSeconds() * 1_000 : 0;
    enqueue(id, { ...action, expected_epoch: owner_epoch }, hold);
  };
  return {
    pending,
    send,
    /** The text of the last reply, if it was still here. */
    takeBack: () => takeBack(id),
    discard: (key: string) => discard(id, key),
    resend: (item: Pending) => {
      discard(id, item.key);
      send(item.action);
    },
    run: (action: Action) => act.mutateAsync({ ...action, expected_epoch: owner_epoch }),
    isBusy: act.isPending,
    doing: act.variables?.do,
  };
}

export type Actions = ReturnType<typeof useActions>;
