// What is done to the conversation as a whole: each says that it was done, or why not.
import { useState } from 'react';
import { type ApiError, toApiError } from '../../api/client.ts';
import type { Action, Conversation } from '../../api/types.ts';
import { undoSeconds } from '../../lib/alert-prefs.ts';
import { ends, forgetEnding } from '../../lib/endings.ts';
import { useWords } from '../../lib/i18n.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import { say } from '../../ui/toasts.tsx';
import type { Actions } from './use-actions.ts';

/** Closing waits as a reply does. */
function undoable(action: Action): Action {
  return action.do === 'resolve' ? { ...action, undo_s: undoSeconds() } : action;
}

export function useMoves(conversation: Conversation, actions: Actions, isMine: boolean) {
  const { t } = useWords();
  const refusal = useRefusal();
  const [problem, setProblem] = useState<ApiError | null>(null);
  const isOpen = conversation.status !== 'resolved';

  const ended = ({ undo_s: seconds = 0 }: Action) =>
    ends(conversation.id, conversation.contact.name, seconds);
  /** True once it is done; nothing is said of an end that can be taken back. */
  const attempt = async (action: Action, done: string | null) => {
    setProblem(null);
    try {
      await actions.run(action);
      if (done === null) ended(action);
      else say(done);
      return true;
    } catch (error) {
      setProblem(toApiError(error));
      return false;
    }
  };
  const unlessBusy = (can: boolean, action: Action, done: string | null) =>
    can && !actions.isBusy ? attempt(action, done) : Promise.resolve(false);

  return {
    problem,
    /** In words. */
    refusal,
    forget: () => setProblem(null),
    take: () => unlessBusy(isOpen && !isMine, { do: 'take' }, t('done.take')),
    giveBack: () =>
      unlessBusy(
        isOpen && conversation.status !== 'bot',
        { do: 'return_to_bot' },
        t('done.return'),
      ),
    resolve: () => {
      const action = undoable({ do: 'resolve', reason: 'solved' });
      return unlessBusy(isOpen, action, action.undo_s ? null : t('done.resolve'));
    },
    keepOpen: () => {
      forgetEnding(conversation.id);
      return attempt({ do: 'keep_open' }, t('done.keep_open', { count: 1 }));
    },
    takeBack: (message: string) => attempt({ do: 'take_back', message }, t('done.take_back')),
    wake: () => attempt({ do: 'wake' }, t('done.wake')),
    assign: (to: string) => attempt({ do: 'assign', to }, t('done.take')),
    rate: (score: number) => attempt({ do: 'rate_handoff', score }, t('done.rate_handoff')),
    /** Carries out what a small dialog asked about; says in words why not. */
    asked: async (wished: Action) => {
      const action = undoable(wished);
      try {
        await actions.run(action);
        if (action.do === 'resolve' && action.undo_s) ended(action);
        else if (action.do !== 'tag' && action.do !== 'untag')
          say(t(`done.${action.do as 'snooze'}`));
        return null;
      } catch (error) {
        return refusal(toApiError(error));
      }
    },
  };
}
