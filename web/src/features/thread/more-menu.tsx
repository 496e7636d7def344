import { Ellipsis } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { IconButton } from '../../ui/icon-button.tsx';
import { late } from '../../ui/late.tsx';
import { usePopup } from '../../ui/use-popup.ts';
import type { MoreProps } from './more-popup.tsx';

const MorePopup = late(() => import('./more-popup.tsx').then((module) => module.MorePopup));

export function MoreMenu(props: MoreProps) {
  const t = useTranslations();
  const { isWanted, trigger, popup } = usePopup('menu', MorePopup.load);
  return (
    <>
      <IconButton label={t('thread.more')} {...trigger}>
        <Ellipsis className="i" />
      </IconButton>
      {isWanted && <MorePopup {...props} {...popup} />}
    </>
  );
}
