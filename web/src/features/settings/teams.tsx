import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus, Trash2, TriangleAlert } from 'lucide-react';
import { useId, useState } from 'react';
import { agentsQuery } from '../../api/queries.ts';
import { useWords } from '../../lib/i18n.ts';
import { Tier } from '../../ui/bits.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Bars } from '../../ui/states.tsx';
import { Ladder } from './ladder.tsx';
import { useMoment } from './moment.ts';
import { Panel, Refused, SaveBar, Select, useDraft } from './parts.tsx';
import {
  type AgentSettings,
  deadlineQuery,
  type Settings,
  settingsQuery,
  type TeamSettings,
  usersQuery,
  useSaveSettings,
} from './queries.ts';

/** Teams, their tier, and how soon they answer. */
export function TeamsPage({ canEdit }: { canEdit: boolean }) {
  const { t } = useWords();
  const settings = useQuery(settingsQuery);
  if (!settings.data) {
    return (
      <Panel title={t('settings.teams.title')}>
        {settings.isError ? <Refused error={settings.error} /> : <Bars count={4} />}
      </Panel>
    );
  }
  return (
    <>
      <Teams settings={settings.data} canEdit={canEdit} />
      <Deadline settings={settings.data} />
    </>
  );
}

/** A key for a new team, from its name. */
export function keyOf(name: string, taken: readonly string[]): string {
  const plain =
    name
      .normalize('NFD')
      .replace(/[^\w ]/g, '')
      .trim()
      .toLowerCase()
      .replace(/\s+/g, '-')
      .slice(0, 40) || 'team';
  let key = plain;
  for (let n = 2; taken.includes(key); n += 1) key = `${plain}-${n}`;
  return key;
}

/** The longest time to a first reply, in minutes of open time. */
const LONGEST_TARGET = 10_080;

const isNamed = (team: TeamSettings) => team.name.trim() !== '';

const hasTarget = ({ first_reply_minutes: minutes }: TeamSettings) =>
  Number.isInteger(minutes) && minutes >= 1 && minutes <= LONGEST_TARGET;

function Teams({ settings, canEdit }: { settings: Settings; canEdit: boolean }) {
  const { t } = useWords();
  const draft = useDraft(settings.teams);
  const save = useSaveSettings(draft.reset);
  const change = (key: string, part: Partial<TeamSettings>) =>
    draft.set(draft.value.map((team) => (team.key === key ? { ...team, ...part } : team)));
  const add = () => {
    const key = keyOf(
      t('settings.teams.fresh'),
      draft.value.map((team) => team.key),
    );
    draft.set([
      ...draft.value,
      {
        key,
        name: t('settings.teams.fresh'),
        tier: 2,
        first_reply_minutes: 15,
        mode: 'take',
        replies: 'owner',
        ladder: [],
        hours: null,
      },
    ]);
  };
  return (
    <Panel
      title={t('settings.teams.title')}
      lead={t('settings.teams.lead')}
      action={
        canEdit && (
          <Button onClick={add}>
            <Plus className="i" />
            {t('settings.teams.add')}
          </Button>
        )
      }
    >
      <ul className="setlist">
        {draft.value.map((team) => (
          <li key={team.key} className="setteam" data-testid="team">
            <Field
              label={t('settings.teams.name')}
              value={team.name}
              disabled={!canEdit}
              error={isNamed(team) ? undefined : t('settings.company.nameNeeded')}
              onValueChange={(name) => change(team.key, { name })}
            />
            <div className="fld">
              <span className="flabel">{t('settings.teams.tier')}</span>
              <span className="row">
                <Segments
                  label={t('settings.teams.tier')}
                  of={[2, 3] as const}
                  value={team.tier === 3 ? 3 : 2}
                  onPick={(tier) => canEdit && change(team.key, { tier })}
                >
                  {(tier) => <Tier tier={tier} />}
                </Segments>
              </span>
            </div>
            <Field
              label={t('settings.teams.target')}
              type="number"
              min={1}
              max={LONGEST_TARGET}
              disabled={!canEdit}
              error={
                hasTarget(team)
                  ? undefined
                  : t('settings.teams.targetRange', { most: LONGEST_TARGET })
              }
              value={String(team.first_reply_minutes)}
              onValueChange={(value) => change(team.key, { first_reply_minutes: Number(value) })}
            />
            <Select
              label={t('settings.teams.mode')}
              value={team.mode}
              options={[
                ['take', t('settings.teams.take')],
                ['assign', t('settings.teams.assign')],
              ]}
              onPick={(mode) => canEdit && change(team.key, { mode })}
            />
            {canEdit && (
              <IconButton
                label={t('settings.teams.remove', { name: team.name })}
                onClick={() => draft.set(draft.value.filter((one) => one.key !== team.key))}
              >
                <Trash2 className="i" />
              </IconButton>
            )}
            <div className="setteam2">
              <Members team={team} agents={settings.agents} canEdit={canEdit} />
              <Select
                label={t('settings.teams.replies')}
                value={team.replies}
                options={[
                  ['owner', t('settings.teams.repliesOwner')],
                  ['team', t('settings.teams.repliesTeam')],
                  ['anyone', t('settings.teams.repliesAnyone')],
                ]}
                onPick={(replies) => canEdit && change(team.key, { replies })}
              />
              <Ladder
                team={team}
                people={settings.agents}
                canEdit={canEdit}
                onChange={(ladder) => change(team.key, { ladder })}
              />
            </div>
          </li>
        ))}
      </ul>
      <SaveBar
        draft={draft}
        save={save}
        isWhole={draft.value.every((team) => isNamed(team) && hasTarget(team))}
        onSave={() => save.mutate({ version: settings.version, teams: draft.value })}
      />
    </Panel>
  );
}

/** Who is in a team, and who of them is there. A team of nobody keeps its customers waiting. */
function Members({
  team,
  agents,
  canEdit,
}: {
  team: TeamSettings;
  agents: readonly AgentSettings[];
  canEdit: boolean;
}) {
  const { t } = useWords();
  const id = useId();
  const here = useQuery({ ...agentsQuery, refetchInterval: 30_000 }).data ?? [];
  // The files may name somebody who has no account yet: there is no page of theirs.
  const users = useQuery({ ...usersQuery, enabled: canEdit }).data ?? [];
  const members = agents.filter((agent) => agent.teams.includes(team.key));
  const howOf = (key: string) => here.find((one) => one.key === key)?.availability ?? 'offline';
  const isNobodyHere = members.every((one) => howOf(one.key) !== 'available');
  return (
    <div className="setmembers" data-testid="members">
      <span className="flabel" id={id}>
        {t('settings.teams.members')}
      </span>
      {members.length === 0 ? (
        <p className="row wrap g1">
          <span className="chip warn">
            <TriangleAlert className="i" />
            {t('settings.teams.nobody')}
          </span>
          {canEdit && (
            <Link className="link" to="/settings" search={{ page: 'people' }}>
              {t('settings.teams.nobodyAdd')}
            </Link>
          )}
        </p>
      ) : (
        <>
          <ul className="setchips" aria-labelledby={id}>
            {members.map(({ key, name }) => (
              <li key={key} className="chip line lg">
                {users.some((one) => one.agent_key === key) ? (
                  <Link className="link" to="/settings" search={{ page: 'people', who: key }}>
                    <bdi>{name}</bdi>
                  </Link>
                ) : (
                  <bdi>{name}</bdi>
                )}{' '}
                <span className="t3">{t(`account.${howOf(key)}`)}</span>
              </li>
            ))}
          </ul>
          {isNobodyHere && <span className="fhelp">{t('settings.teams.noneHere')}</span>}
        </>
      )}
    </div>
  );
}

/** How a target becomes a moment: each stretch of time on the way, and whether it counts. */
function Deadline({ settings }: { settings: Settings }) {
  const { t } = useWords();
  const moment = useMoment();
  const [team, setTeam] = useState(settings.teams[0]?.key ?? '');
  const [at, setAt] = useState('');
  const asked = at === '' ? '' : new Date(at).toISOString();
  const deadline = useQuery({ ...deadlineQuery(team, asked), enabled: team !== '' });
  const zone = settings.workspace.time_zone;
  const shown = (text: string) =>
    moment(text, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: zone,
    });
  return (
    <Panel title={t('settings.sla.title')} lead={t('settings.sla.lead', { zone })}>
      <div className="g2c">
        <Select
          label={t('settings.sla.team')}
          value={team}
          options={settings.teams.map((one) => [one.key, one.name] as const)}
          onPick={setTeam}
        />
        <Field
          label={t('settings.sla.at')}
          help={t('settings.sla.atHelp')}
          type="datetime-local"
          value={at}
          onValueChange={setAt}
        />
      </div>
      <Refused error={deadline.error} />
      {deadline.data && (
        <ol className="setline">
          <li>
            <b className="n">{shown(deadline.data.asked_at)}</b>
            <span>{t('settings.sla.asked', { count: deadline.data.target_minutes })}</span>
          </li>
          {deadline.data.lines.map((line) => (
            <li key={line.from} className={line.counts ? 'counts' : ''}>
              <b className="n">{shown(line.to)}</b>
              <span>
                {line.counts
                  ? t('settings.sla.counts', {
                      used: line.used_minutes,
                      count: deadline.data.target_minutes,
                    })
                  : line.because
                    ? t('settings.sla.because', { name: line.because })
                    : t('settings.sla.closed')}
              </span>
            </li>
          ))}
          <li className="due">
            <b className="n">{deadline.data.due_at ? shown(deadline.data.due_at) : '—'}</b>
            <span>{deadline.data.due_at ? t('settings.sla.due') : t('settings.sla.never')}</span>
          </li>
        </ol>
      )}
    </Panel>
  );
}
