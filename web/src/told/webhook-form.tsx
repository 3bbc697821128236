import { useState } from 'react';
import { answerOf, api } from '../api/client';
import { texts } from '../texts/texts';
import { Choices } from '../ui/choices';
import { TextField } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { RotateOrDelete } from '../ui/rotate-or-delete';
import { useSubmit } from '../ui/use-submit';
import { type AlertFilter, AlertFilterFields } from './alert-filter-fields';
import type { Webhook } from './webhook';

const { webhooks: words } = texts;
type Change = Webhook['changes'][number];
const CHANGES = Object.entries(words.changes) as [Change, string][];

/** Registers an address, or changes what it is called with. */
export const WebhookForm = ({
  webhook,
  onAsk,
  onClose,
  onSaved,
}: {
  webhook: Webhook | undefined;
  /** Of one that exists: to be asked first. */
  onAsk: (what: 'rotate' | 'delete') => void;
  onClose: () => void;
  onSaved: (secret: { name: string; secret: string } | undefined) => void;
}) => {
  const [name, setName] = useState(webhook?.name ?? '');
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [filter, setFilter] = useState<AlertFilter>(webhook ?? { min_severity: 'warning', kinds: [], groups: [], rules: [] });
  const [changes, setChanges] = useState<readonly Change[]>(webhook?.changes ?? []);
  const { busy, problem, problemOf, submit } = useSubmit(async () => {
    const body = {
      ...{ name, url, changes: [...changes], min_severity: filter.min_severity },
      ...{ kinds: [...filter.kinds], groups: [...filter.groups], rules: [...filter.rules] },
    };
    if (webhook) {
      await answerOf(api.PATCH('/webhooks/{id}', { params: { path: { id: webhook.id } }, body }));
      onSaved(undefined);
    } else {
      const { secret } = await answerOf(api.POST('/webhooks', { body: { ...body, enabled: true } }));
      onSaved({ name, secret });
    }
    onClose();
  });
  return (
    <FormDialog
      title={webhook ? webhook.name : words.add}
      confirm={webhook ? texts.save : words.add}
      busy={busy}
      problem={problem}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField label={texts.admin.name} value={name} onChange={setName} problem={problemOf('name')} maxLength={100} required />
      <TextField
        label={words.url}
        hint={words.urlHint}
        type="url"
        value={url}
        onChange={setUrl}
        problem={problemOf('url')}
        placeholder="https://"
        required
      />
      <AlertFilterFields value={filter} problemOf={problemOf} onChange={some => setFilter(before => ({ ...before, ...some }))} />
      <Choices
        label={words.changesField}
        hint={words.changesHint}
        choices={CHANGES}
        value={[...changes]}
        problem={problemOf('changes')}
        onChange={setChanges}
      />
      {webhook && (
        <RotateOrDelete
          rotate={words.rotate}
          onChoice={what => {
            onClose();
            onAsk(what);
          }}
        />
      )}
    </FormDialog>
  );
};
