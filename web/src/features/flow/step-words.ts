// How a step of the flow looks, and what its exits are called.
import {
  BookOpen,
  Flag,
  GitFork,
  type LucideIcon,
  MessageCircleQuestionMark,
  MessageSquareText,
  Plug,
  UsersRound,
} from 'lucide-react';
import type { FlowNode } from '../../api/types.ts';
import type { Translate } from '../../lib/i18n.ts';
import { inLanguage } from '../../lib/steps.ts';
import { humanise } from '../../lib/text.ts';

/** How a kind of step looks: what it does to the conversation, not how it is built. */
export function lookOf(kind: string): { tone: string; Icon: LucideIcon } {
  switch (kind) {
    case 'say':
    case 'say_media':
    case 'menu':
    case 'offer_email':
      return { tone: 'say', Icon: MessageSquareText };
    case 'ask':
    case 'form':
    case 'csat':
      return { tone: 'ask', Icon: MessageCircleQuestionMark };
    case 'condition':
    case 'hours':
    case 'language':
    case 'segment':
    case 'check_postcode':
      return { tone: 'decide', Icon: GitFork };
    case 'topics':
    case 'finder':
    case 'knowledge':
      return { tone: 'know', Icon: BookOpen };
    case 'escalate':
      return { tone: 'people', Icon: UsersRound };
    case 'end':
      return { tone: 'do', Icon: Flag };
    default:
      return { tone: 'do', Icon: Plug };
  }
}

/** The option a customer picks, or what the step found out. */
export function exitName(t: Translate, locale: string, node: FlowNode, port: string): string {
  const option = node.options.find((one) => one.port === port);
  if (option) return `${option.digit} · ${inLanguage(option.title, locale) ?? port}`;
  const key = `flow.port.${port}`;
  if (t.has(key)) return t(key);
  return t.has(`segment.${port}`) ? t(`segment.${port}`) : humanise(port);
}
