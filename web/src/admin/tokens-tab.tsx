import { useCallback, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { getAll } from '../api/get-all';
import { useLoaded } from '../app/use-loaded';
import { addDays, startOfDay } from '../format/zoned-day';
import { texts } from '../texts/texts';
import { Confirm } from '../ui/dialog';
import { SelectField, TextField } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { ListSection } from '../ui/list-section';
import { SecretDialog } from '../ui/secret-dialog';
import { tellOutcome } from '../ui/tell-outcome';
import { Time } from '../ui/time';
import { useSubmit } from '../ui/use-submit';
import { GroupsField, groupsIn } from './groups-field';
import { ROLES, type Role } from './roles';

type Token = Schema<'Token'>;

/** What programs log in with. */
export const TokensTab = () => {
  const list = useLoaded(useCallback(() => getAll<Token>('/tokens'), []));
  const [, reload] = list;
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string>();
  const [deleting, setDeleting] = useState<Token>();
  const { tokens } = texts.admin;
  const remove = ({ id, name }: Token): void =>
    void tellOutcome(api.DELETE('/tokens/{id}', { params: { path: { id } } }), tokens.deleted(name)).then(reload);
  return (
    <ListSection<Token>
      title={tokens.title}
      add={{ text: tokens.add, onClick: () => setAdding(true) }}
      of={list}
      failed={tokens.failed}
      id="tokens"
      keyOf={({ id }) => id}
      order="name"
      empty={tokens.empty}
      emptyHint={tokens.emptyHint}
      columns={[
        { key: 'name', head: texts.admin.name, cell: ({ name }) => name, sort: ({ name }) => name },
        { key: 'role', head: texts.admin.role, cell: ({ role }) => texts.role[role], sort: ({ role }) => role },
        {
          key: 'groups',
          head: texts.admin.groups,
          wide: true,
          cell: ({ groups }) => groups.join(', ') || texts.live.allGroups,
        },
        {
          key: 'used',
          head: tokens.lastUsed,
          cell: ({ last_used_at: at }) => (at === null ? tokens.neverUsed : <Time at={at} as="ago" />),
          sort: ({ last_used_at }) => last_used_at,
        },
        {
          key: 'expires',
          head: tokens.expires,
          wide: true,
          cell: ({ expires_at: at }) => (at === null ? tokens.never : <Time at={at} as="date" />),
          sort: ({ expires_at }) => expires_at,
        },
        {
          key: 'do',
          head: '',
          numeric: true,
          cell: token => (
            <button type="button" className="button small" onClick={() => setDeleting(token)}>
              {texts.admin.delete}
            </button>
          ),
        },
      ]}
    >
      {adding && (
        <AddToken
          onClose={() => setAdding(false)}
          onAdded={made => {
            setSecret(made);
            reload();
          }}
        />
      )}
      {secret !== undefined && (
        <SecretDialog title={tokens.made} secret={secret} hint={tokens.once} onClose={() => setSecret(undefined)} />
      )}
      {deleting && (
        <Confirm
          title={tokens.deleteTitle(deleting.name)}
          text={tokens.deleteText}
          confirm={texts.admin.delete}
          onConfirm={() => remove(deleting)}
          onClose={() => setDeleting(undefined)}
        />
      )}
    </ListSection>
  );
};

const AddToken = ({ onClose, onAdded }: { onClose: () => void; onAdded: (token: string) => void }) => {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [groups, setGroups] = useState('');
  const [expires, setExpires] = useState('');
  const { tokens } = texts.admin;
  const { busy, problem, problemOf, submit } = useSubmit(async () => {
    const expires_at = expires === '' ? null : new Date(startOfDay(addDays(expires, 1)) - 1_000).toISOString();
    const { token } = await answerOf(api.POST('/tokens', { body: { name, role, groups: groupsIn(groups), expires_at } }));
    onAdded(token);
    onClose();
  });
  return (
    <FormDialog title={tokens.add} confirm={tokens.add} busy={busy} problem={problem} onSubmit={submit} onClose={onClose}>
      <TextField
        label={texts.admin.name}
        hint={tokens.nameHint}
        value={name}
        onChange={setName}
        problem={problemOf('name')}
        required
      />
      <SelectField
        label={texts.admin.role}
        value={role}
        choices={ROLES.map(one => [one, texts.role[one] ?? one])}
        onChange={setRole}
      />
      <GroupsField value={groups} onChange={setGroups} problem={problemOf('groups')} />
      <TextField
        label={tokens.expires}
        hint={tokens.expiresHint}
        type="date"
        value={expires}
        onChange={setExpires}
        problem={problemOf('expires_at')}
      />
    </FormDialog>
  );
};
