import { ArrowDownWideNarrow } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { IconButton } from '../../ui/icon-button.tsx';
import { late } from '../../ui/late.tsx';
import { usePopup } from '../../ui/use-popup.ts';
import type { SortProps } from './sort-popup.tsx';

const SortPopup = late(() => import('./sort-popup.tsx').then((module) => module.SortPopup));

export function SortMenu(props: SortProps) {
  const t = useTranslations();
  const { isWanted, trigger, popup } = usePopup('menu', SortPopup.load);
  return (
    <>
      <IconButton label={t('list.sort')} {...trigger}>
        <ArrowDownWideNarrow className="i" />
      </IconButton>
      {isWanted && <SortPopup {...props} {...popup} />}
    </>
  );
}
