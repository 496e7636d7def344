// Choices of this person on this device: language, theme, density.
export const LANGUAGES = ['fr', 'en', 'es', 'pt', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

export function read(key: string): string | null {
  try {
    return localStorage.getItem(`relais.${key}`);
  } catch {
    // Storage can be forbidden; choices then last as long as the page.
    return null;
  }
}

export function write(key: string, value: string): void {
  try {
    localStorage.setItem(`relais.${key}`, value);
  } catch {
    // See `read`.
  }
}

export function isLanguage(value: string): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/** The saved choice, else the first browser language we speak, else French. */
export function pickLanguage(saved: string | null, wishes: readonly string[]): Language {
  if (saved !== null && isLanguage(saved)) return saved;
  for (const wish of wishes) {
    const short = wish.toLowerCase().split('-')[0] ?? '';
    if (isLanguage(short)) return short;
  }
  return 'fr';
}

export function currentLanguage(): Language {
  return pickLanguage(read('language'), navigator.languages);
}

export function saveLanguage(language: Language): void {
  write('language', language);
}

export function currentTheme(): Theme {
  const saved = read('theme');
  return saved === 'light' || saved === 'dark' ? saved : 'system';
}

export function applyTheme(theme: Theme): void {
  write('theme', theme);
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function currentDensity(): Density {
  return read('density') === 'compact' ? 'compact' : 'comfortable';
}

export function applyDensity(density: Density): void {
  write('density', density);
  document.documentElement.dataset.density = density;
}
