import { Download } from 'lucide-react';
import { useWords } from '../../lib/i18n.ts';
import { install, useInstalling } from '../../lib/install.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from './parts.tsx';

/** What this device can do with the app, and why it cannot where it cannot. */
export function Device() {
  const { t } = useWords();
  const installing = useInstalling();
  return (
    <Panel
      title={t('settings.device.title')}
      lead={t('settings.device.lead')}
      action={
        installing === 'ready' && (
          <Button size="s" onClick={() => void install()}>
            <Download className="i" />
            {t('settings.device.install')}
          </Button>
        )
      }
    >
      {installing !== 'ready' && (
        <p className="t2" data-testid="installing">
          {t(`settings.device.is_${installing}`)}
        </p>
      )}
    </Panel>
  );
}
