import '../styles/settings.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Inbox, ShieldCheck, Smartphone, Store } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { sessionQuery } from '../api/queries.ts';
import { ChecklistCard } from '../features/settings/checklist.tsx';
import { checklistQuery } from '../features/settings/queries.ts';
import { SettingsWords } from '../features/settings/words.tsx';
import { useWords } from '../lib/i18n.ts';
import { firstName } from '../lib/text.ts';
import { useTitle } from '../lib/title.ts';
import { Button } from '../ui/button.tsx';
import { Modal } from '../ui/modal.tsx';

const Onboarding = lazy(async () => ({
  default: (await import('../features/settings/onboarding.tsx')).Onboarding,
}));

const ADMINS = ['owner', 'admin'];

/** Two doors, and what is left to do before real customers. */
export function WelcomePage() {
  return (
    <SettingsWords>
      <Welcome />
    </SettingsWords>
  );
}

function Welcome() {
  const { t } = useWords();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const role = user?.role ?? '';
  const canEdit = ADMINS.includes(role);
  const list = useQuery({ ...checklistQuery, enabled: role !== 'agent' });
  const [isSettingUp, setSettingUp] = useState(false);
  const left = list.data?.items.filter((item) => item.state !== 'done').length;
  const hello = t('welcome.hello', { name: firstName(user?.name ?? '') });
  useTitle(hello);
  return (
    <div className="page">
      <div className="center col g4">
        <div>
          <h1 className="wel">{hello}</h1>
          <p className="lead fs14">
            {left === undefined ? t('welcome.lead') : t('setup.left', { count: left })}
          </p>
        </div>
        <div className="g2d">
          <section className="cd door pri">
            <span className="dico">
              <Smartphone className="i i20" />
            </span>
            <div>
              <h2>{t('welcome.try')}</h2>
              <p>{t('welcome.tryText')}</p>
              <span className="row mt10">
                <Link to="/simulator" className="btn pri" data-testid="door-try">
                  {t('welcome.tryButton')}
                </Link>
                <span className="fs12 t3">{t('welcome.tryTime')}</span>
              </span>
            </div>
          </section>
          {canEdit ? (
            <section className="cd door">
              <span className="dico">
                <Store className="i i20" />
              </span>
              <div>
                <h2>{t('setup.company')}</h2>
                <p>{t('setup.companyText')}</p>
                <span className="row mt10">
                  <Button data-testid="door-setup" onClick={() => setSettingUp(true)}>
                    {t('setup.go')}
                  </Button>
                  <span className="fs12 t3">{t('setup.companyTime')}</span>
                </span>
              </div>
            </section>
          ) : (
            <section className="cd door">
              <span className="dico">
                <Inbox className="i i20" />
              </span>
              <div>
                <h2>{t('welcome.work')}</h2>
                <p>{t('welcome.workText')}</p>
                <span className="row mt10">
                  <Link to="/inbox" className="btn">
                    {t('welcome.workButton')}
                  </Link>
                </span>
              </div>
            </section>
          )}
        </div>
        {role !== 'agent' && <ChecklistCard canEdit={canEdit} />}
        <p className="fs12 t3 row">
          <ShieldCheck className="i i14" />
          {t('app.privacy')}
        </p>
      </div>
      <Modal
        open={isSettingUp}
        onOpenChange={setSettingUp}
        title={t('setup.company')}
        shape="drawer"
      >
        <Suspense>
          <Onboarding onDone={() => setSettingUp(false)} />
        </Suspense>
      </Modal>
    </div>
  );
}
