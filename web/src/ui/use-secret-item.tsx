import { type ReactNode, useState } from 'react';
import { texts } from '../texts/texts';
import { Confirm } from './dialog';
import type { RotateOrDeleteChoice } from './rotate-or-delete';
import { SecretDialog } from './secret-dialog';

interface Words {
  rotate: string;
  once: string;
  secretOf: (name: string) => string;
  ask: Record<RotateOrDeleteChoice, (name: string) => string>;
  askText: Record<RotateOrDeleteChoice, string>;
}

/** What a list shows of things that have a secret, over itself: a new secret once, and the question before it is made anew or the thing deleted. */
export const useSecretItem = <Item,>(
  words: Words,
  nameOf: (item: Item) => string,
  act: Record<RotateOrDeleteChoice, (item: Item) => void>,
): { tell(name: string, secret: string): void; ask(item: Item, what: RotateOrDeleteChoice): void; dialogs: ReactNode } => {
  const [told, setTold] = useState<{ name: string; secret: string }>();
  const [asked, setAsked] = useState<{ item: Item; what: RotateOrDeleteChoice }>();
  return {
    tell: (name, secret) => setTold({ name, secret }),
    ask: (item, what) => setAsked({ item, what }),
    dialogs: (
      <>
        {told && (
          <SecretDialog
            title={words.secretOf(told.name)}
            secret={told.secret}
            hint={words.once}
            onClose={() => setTold(undefined)}
          />
        )}
        {asked && (
          <Confirm
            title={words.ask[asked.what](nameOf(asked.item))}
            text={words.askText[asked.what]}
            confirm={asked.what === 'rotate' ? words.rotate : texts.admin.delete}
            onConfirm={() => act[asked.what](asked.item)}
            onClose={() => setAsked(undefined)}
          />
        )}
      </>
    ),
  };
};
