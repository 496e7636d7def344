import { useLocale } from 'use-intl';

/** A moment in the words of the interface. The library's own formatter weighs on every page. */
export function useMoment() {
  const locale = useLocale();
  return (text: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, options).format(new Date(text));
}
