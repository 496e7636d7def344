import { useQuery } from '@tanstack/react-query';
import { knowledgeQuery } from '../../api/lead-queries.ts';
import { agentsQuery, macrosQuery, snippetsQuery } from '../../api/queries.ts';
import type { Agent, Conversation, Macro, Snippet } from '../../api/types.ts';
import type { Values } from '../../lib/canned.ts';
import { useWords } from '../../lib/i18n.ts';
import {
  agentPicks,
  articlePicks,
  callOf,
  macroPicks,
  type Pick,
  snippetPicks,
  wishOf,
} from '../../lib/pickers.ts';

const NONE: Snippet[] = [];
const NO_MACROS: Macro[] = [];
const NO_AGENTS: Agent[] = [];

interface Asked {
  conversation: Conversation;
  text: string;
  values: Values;
  isNote: boolean;
  isDismissed: boolean;
}

/** What the text asks for by `/`, `??` or, in a note, `@`; null where it asks for nothing. */
export function usePicks({ conversation, text, values, isNote, isDismissed }: Asked) {
  const { locale } = useWords();
  const { data: snippets = NONE } = useQuery({ ...snippetsQuery, enabled: !isNote });
  const { data: macros = NO_MACROS } = useQuery({ ...macrosQuery, enabled: !isNote });
  const wish = isDismissed ? null : isNote ? callOf(text) : wishOf(text);
  const { data: agents = NO_AGENTS } = useQuery({
    ...agentsQuery,
    enabled: wish?.kind === 'agent',
  });
  const knowledge = useQuery({ ...knowledgeQuery, enabled: wish?.kind === 'article' });
  const { language } = conversation;
  const picks = (): Pick[] => {
    switch (wish?.kind) {
      case undefined:
        return [];
      case 'snippet':
        return [
          ...snippetPicks(snippets, wish.query, language, values),
          ...macroPicks(macros, wish.query),
        ];
      case 'agent':
        return agentPicks(agents, wish.query);
      case 'article':
        return articlePicks(knowledge.data?.articles ?? [], wish.query, language, locale);
    }
  };
  return { wish, picks: picks(), isFetching: knowledge.isFetching };
}
