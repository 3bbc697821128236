import { reasonOf } from './loading';
import { showToast } from './toasts';

/**
 * Waits for something small that was asked of the server, and says what came of it at the foot of the page.
 * @param told what to say where it worked; nothing where the page itself shows it
 * @returns the answer; `undefined` where it was refused, which was said
 */
export const tellOutcome = async <T>(work: Promise<T>, told?: string): Promise<T | undefined> => {
  try {
    const answer = await work;
    if (told !== undefined) showToast({ text: told });
    return answer;
  } catch (error) {
    showToast({ text: reasonOf(error), tone: 'problem' });
    return undefined;
  }
};
