import { preferences } from './preferences';

export type Language = 'en' | 'de';

const spoken = navigator.languages.length > 0 ? navigator.languages : [navigator.language];

const chosen = (): Language => {
  const { language } = preferences();
  if (language !== 'auto') return language;
  const first = spoken.find(tag => /^(en|de)\b/i.test(tag));
  return first?.toLowerCase().startsWith('de') ? 'de' : 'en';
};

/** Of the texts. Fixed for the life of the page: another choice loads the page anew, which is where the address leads to anyway. */
export const language: Language = chosen();

/** For numbers and dates: the language as it is written where the browser is at home (11/22 or 22/11). */
export const locale: string = spoken.find(tag => tag.toLowerCase().startsWith(language)) ?? language;

document.documentElement.lang = language;
