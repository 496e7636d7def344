import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChartNoAxesColumn, Inbox, ShieldCheck, Smartphone, Workflow } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { sessionQuery } from '../api/queries.ts';
import { firstName } from '../lib/text.ts';
import { useTitle } from '../lib/title.ts';

export function WelcomePage() {
  const t = useTranslations();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const hello = t('welcome.hello', { name: firstName(user?.name ?? '') });
  useTitle(hello);
  return (
    <div className="page">
      <div className="center col g4">
        <div>
          <h1 className="wel">{hello}</h1>
          <p className="lead fs14">{t('welcome.lead')}</p>
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
                <Link to="/simulator" className="btn pri">
                  {t('welcome.tryButton')}
                </Link>
                <span className="fs12 t3">{t('welcome.tryTime')}</span>
              </span>
            </div>
          </section>
          <section className="cd door">
            <span className="dico">
              <Workflow className="i i20" />
            </span>
            <div>
              <h2>{t('welcome.setup')}</h2>
              <p>{t('welcome.setupText')}</p>
              <span className="row wrap mt10">
                <Link to="/flow" className="btn">
                  {t('nav.flow')}
                </Link>
                <Link to="/triggers" className="btn">
                  {t('nav.triggers')}
                </Link>
                <Link to="/knowledge" className="btn">
                  {t('nav.knowledge')}
                </Link>
              </span>
            </div>
          </section>
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
          {user?.role !== 'agent' && (
            <section className="cd door">
              <span className="dico">
                <ChartNoAxesColumn className="i i20" />
              </span>
              <div>
                <h2>{t('welcome.measure')}</h2>
                <p>{t('welcome.measureText')}</p>
                <span className="row mt10">
                  <Link to="/reports" className="btn">
                    {t('nav.reports')}
                  </Link>
                </span>
              </div>
            </section>
          )}
        </div>
        <p className="fs12 t3 row">
          <ShieldCheck className="i i14" />
          {t('app.privacy')}
        </p>
      </div>
    </div>
  );
}
