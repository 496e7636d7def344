import { Eye, PenLine } from 'lucide-react';
import { useWords } from '../../lib/i18n.ts';
import type { Here } from '../../lib/presence.ts';
import { firstName } from '../../lib/text.ts';

/** Colleagues at the same conversation, whoever writes first. */
export function Others({ others }: { others: readonly Here[] }) {
  const { t } = useWords();
  if (others.length === 0) return null;
  const writer = others.find((one) => one.doing === 'writing');
  const name = firstName((writer ?? others[0])?.name ?? '');
  const more = others.length - 1;
  const text = t(writer ? 'presence.writes' : 'presence.reads', { name, more });
  const Icon = writer ? PenLine : Eye;
  return (
    <span
      className={`chip ${writer ? 'warn' : 'line'}`}
      role="status"
      data-testid="others"
      data-doing={writer ? 'writing' : 'reading'}
    >
      <Icon className="i" />
      <span className="cut">{text}</span>
    </span>
  );
}
