import { Plus, Trash2 } from 'lucide-react';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Select } from './parts.tsx';
import type { Settings, TeamSettings } from './queries.ts';

type Rungs = TeamSettings['ladder'];
/** Minutes between a call and the next, until somebody says otherwise. */
const APART = 5;
/** The longest the server takes: a day. */
const MOST = 24 * 60;

/** Who else is told, and when, of a conversation that nobody of the team takes. */
export function Ladder({
  team,
  people,
  canEdit,
  onChange,
}: {
  team: TeamSettings;
  people: Settings['agents'];
  canEdit: boolean;
  onChange: (ladder: Rungs) => void;
}) {
  const { t } = useWords();
  const roles = [...new Set(people.map((one) => one.role))];
  const whom: readonly (readonly [string, string])[] = [
    ['team', t('settings.teams.ladderTeam')],
    ...roles.map(
      (role) => [role, t('settings.teams.ladderRole', { role: t(`role.${role}`) })] as const,
    ),
    ...people.map((one) => [one.key, one.name] as const),
  ];
  const change = (at: number, part: Partial<Rungs[number]>) =>
    onChange(team.ladder.map((rung, index) => (index === at ? { ...rung, ...part } : rung)));
  const lead = ['supervisor', 'admin', 'owner'].find((role) => roles.includes(role)) ?? 'team';
  const last = team.ladder.at(-1)?.after_minutes ?? 0;
  return (
    <fieldset className="fld setladder">
      <legend className="flabel">{t('settings.teams.ladder')}</legend>
      {team.ladder.length === 0 && <p className="t3 fs12">{t('settings.teams.ladderNone')}</p>}
      {team.ladder.map((rung, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rungs have no name, and their order is theirs
        <div className="row" key={index}>
          <Field
            label={t('settings.teams.ladderAfter')}
            type="number"
            min={1}
            max={MOST}
            disabled={!canEdit}
            value={String(rung.after_minutes)}
            onValueChange={(value) =>
              change(index, { after_minutes: Math.min(MOST, Math.max(1, Number(value) || 1)) })
            }
          />
          <Select
            label={t('settings.teams.ladderTell')}
            value={rung.tell}
            options={whom}
            onPick={(tell) => canEdit && change(index, { tell })}
          />
          {canEdit && (
            <IconButton
              label={t('settings.teams.ladderRemove', { count: rung.after_minutes })}
              onClick={() => onChange(team.ladder.filter((_, at) => at !== index))}
            >
              <Trash2 className="i" />
            </IconButton>
          )}
        </div>
      ))}
      {canEdit && (
        <Button
          size="s"
          onClick={() =>
            onChange([...team.ladder, { after_minutes: Math.min(MOST, last + APART), tell: lead }])
          }
        >
          <Plus className="i" />
          {t('settings.teams.ladderAdd')}
        </Button>
      )}
    </fieldset>
  );
}
