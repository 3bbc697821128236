import { language } from '../app/language';
import { de } from './de';
import { en, type Texts } from './en';

const LANGUAGES: Readonly<Record<typeof language, Texts>> = { en, de };

/** Every text that people read, in the language of this page. */
export const texts: Texts = LANGUAGES[language];
