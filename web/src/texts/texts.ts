import { language } from '../app/language';
import { de } from './de';
import { en } from './en';

/** What a translation has: the shape of the English file. */
export type Texts = typeof en;

const LANGUAGES: Readonly<Record<typeof language, Texts>> = { en, de };

/** Every text that people read, in the language of this page. */
export const texts: Texts = LANGUAGES[language];
