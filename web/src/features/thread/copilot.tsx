import { useMutation, useQuery } from '@tanstack/react-query';
import { Sparkles, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { ApiError, api, call } from '../../api/client.ts';
import { copilotQuery } from '../../api/queries.ts';
import type { Conversation, CopilotReply } from '../../api/types.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { late } from '../../ui/late.tsx';
import { usePopup } from '../../ui/use-popup.ts';
import type { Task } from './copilot-popup.tsx';

const CopilotPopup = late(() =>
  import('./copilot-popup.tsx').then((module) => module.CopilotPopup),
);

const PATH = {
  draft: '/api/v1/conversations/{id}/copilot/draft',
  rewrite: '/api/v1/conversations/{id}/copilot/rewrite',
  translate: '/api/v1/conversations/{id}/copilot/translate',
  summary: '/api/v1/conversations/{id}/copilot/summary',
} as const;

interface Props {
  conversation: Conversation;
  text: string;
  onText: (text: string) => void;
  /** A summary is for colleagues: it becomes a note that is not added yet. */
  onNote: (text: string) => void;
}

/** Help with writing. What comes stands in the field, to be read and changed; nothing is sent. */
export function Copilot({ conversation, text, onText, onNote }: Props) {
  const t = useTranslations();
  const { data: copilot } = useQuery(copilotQuery);
  const { isWanted, trigger, popup } = usePopup('menu', CopilotPopup.load);
  const [before, setBefore] = useState<string | null>(null);
  const [reply, setReply] = useState<CopilotReply | null>(null);
  const ask = useMutation({
    mutationFn: (task: Task) =>
      call(
        api.POST(PATH[task], {
          params: { path: { id: conversation.id } },
          body: {
            text: task === 'rewrite' || task === 'translate' ? text : '',
            language: null,
          },
        }),
      ),
    onMutate: () => setReply(null),
    onSuccess: (answer, task) => {
      if (task === 'summary') return onNote(answer.text);
      setBefore(text);
      setReply(answer);
      onText(answer.text);
    },
  });
  if (!copilot?.is_on) return null;
  const articles = (reply?.sources ?? []).filter((source) => source.kind === 'article');
  const isShown = reply !== null && text === reply.text;
  return (
    <>
      <IconButton label={t('copilot.label')} disabled={ask.isPending} {...trigger}>
        <Sparkles className="i" />
      </IconButton>
      {isWanted && <CopilotPopup hasText={text.trim() !== ''} onPick={ask.mutate} {...popup} />}
      <span className="fs12 t3 cut" role="status" data-testid="copilot-says">
        {ask.isPending && t('copilot.working')}
        {ask.isError && (
          <span className="c-dan">
            {ask.error instanceof ApiError && ask.error.slug === 'model_budget'
              ? t('copilot.budget')
              : t('copilot.failed')}
          </span>
        )}
        {isShown && (
          <>
            {reply.unsupported.length > 0 && (
              <b className="c-warn">
                {t('copilot.unsupported', { what: reply.unsupported.join(', ') })}{' '}
              </b>
            )}
            {articles.length > 0
              ? t('copilot.from', { what: articles.map((source) => source.title).join(' · ') })
              : t('copilot.check')}
          </>
        )}
      </span>
      {isShown && before !== null && before !== '' && (
        <IconButton label={t('copilot.undo')} onClick={() => onText(before)}>
          <Undo2 className="i flip" />
        </IconButton>
      )}
    </>
  );
}
