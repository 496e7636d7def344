import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Bars } from '../../ui/states.tsx';
import { Connect } from './channels.tsx';
import { Form, Refused, Select } from './parts.tsx';
import { channelsQuery, type Settings, settingsQuery, useSaveSettings } from './queries.ts';

const STEPS = ['brand', 'team', 'number', 'program'] as const;

/** The company in four short steps. Each is kept as it is done: it can be gone on with tomorrow. */
export function Onboarding({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const settings = useQuery(settingsQuery);
  const [at, setAt] = useState(0);
  const step = STEPS[at];
  const next = () => (at + 1 < STEPS.length ? setAt(at + 1) : onDone());
  if (!settings.data) {
    return settings.isError ? <Refused error={settings.error} /> : <Bars count={4} />;
  }
  return (
    <div className="setdlg">
      <ol className="setsteps" aria-label={t('setup.company')}>
        {STEPS.map((one, i) => (
          <li key={one} aria-current={i === at ? 'step' : undefined}>
            <button type="button" onClick={() => setAt(i)}>
              {i + 1}. {t(`setup.on.${one}`)}
            </button>
          </li>
        ))}
      </ol>
      {step === 'brand' && (
        <Brand key={settings.data.version} settings={settings.data} onDone={next} />
      )}
      {step === 'team' && (
        <>
          <p>{t('setup.on.teamHelp')}</p>
          <div className="row wrap">
            <Link to="/settings" search={{ page: 'people' }} className="btn">
              {t('settings.page.people')}
            </Link>
            <Link to="/settings" search={{ page: 'hours' }} className="btn">
              {t('settings.page.hours')}
            </Link>
          </div>
        </>
      )}
      {step === 'number' && <NumberStep onDone={next} />}
      {step === 'program' && (
        <>
          <p>{t('setup.on.programHelp')}</p>
          <Link to="/settings" search={{ page: 'developers' }} className="btn">
            {t('settings.page.developers')}
          </Link>
        </>
      )}
      {step !== 'brand' && (
        <Button look="ghost" onClick={next}>
          {at + 1 < STEPS.length ? t('setup.on.skip') : t('settings.done')}
        </Button>
      )}
    </div>
  );
}

function Brand({ settings, onDone }: { settings: Settings; onDone: () => void }) {
  const { t, language } = useWords();
  const info = settings.workspace;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const spoken = navigator.language.split('-')[0] ?? '';
  const [name, setName] = useState(info.name);
  // Prefilled from the browser, as long as nobody has chosen.
  const [zone, setZone] = useState(settings.version === 1 ? here : info.time_zone);
  const [first, setFirst] = useState(
    settings.version === 1 && info.languages.includes(spoken) ? spoken : info.default_language,
  );
  const save = useSaveSettings(onDone);
  const zones = [...new Set([here, info.time_zone, ...Intl.supportedValuesOf('timeZone')])];
  return (
    <Form
      className="setform"
      onSend={() =>
        save.mutate({
          version: settings.version,
          workspace: { ...info, name: name.trim(), time_zone: zone, default_language: first },
        })
      }
    >
      <Field label={t('settings.company.name')} value={name} onValueChange={setName} autoFocus />
      <Select
        label={t('settings.company.zone')}
        value={zone}
        options={zones.map((one) => [one, one.replaceAll('_', ' ')] as const)}
        onPick={setZone}
      />
      <Select
        label={t('settings.company.language')}
        value={first}
        options={info.languages.map((code) => [code, language(code)] as const)}
        onPick={setFirst}
      />
      <Refused error={save.error} />
      <Button look="pri" type="submit" busy={save.isPending} disabled={name.trim() === ''}>
        {t('settings.next')}
      </Button>
    </Form>
  );
}

function NumberStep({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const channels = useQuery(channelsQuery);
  const live = channels.data?.find((one) => one.kind !== 'simulator');
  if (live) {
    return (
      <>
        <p>{t('setup.on.connected', { name: live.name })}</p>
        <Link to="/settings" search={{ page: 'channels' }} className="btn">
          {t('settings.doctor.title')}
        </Link>
      </>
    );
  }
  return <Connect onDone={onDone} />;
}
