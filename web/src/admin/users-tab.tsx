import { useCallback, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { getAll } from '../api/get-all';
import { useLoaded } from '../app/use-loaded';
import { texts } from '../texts/texts';
import { DataTable } from '../ui/data-table';
import { SelectField, TextField } from '../ui/field';
import { Loading } from '../ui/loading';
import { Section } from '../ui/page';
import { Time } from '../ui/time';
import { showToast } from '../ui/toasts';
import { FormDialog } from './form-dialog';
import { GroupsField, groupsIn } from './groups-field';
import { ROLES, type Role } from './roles';
import { useSubmit } from './use-submit';

type User = Schema<'User'>;

/** Who may log in, as what, and for which groups. */
export const UsersTab = () => {
  const [loaded, reload] = useLoaded(useCallback(() => getAll<User>('/users'), []));
  const [adding, setAdding] = useState(false);
  const { users } = texts.admin;
  return (
    <Section
      title={users.title}
      actions={
        <button type="button" className="button" onClick={() => setAdding(true)}>
          {users.add}
        </button>
      }
    >
      <Loading of={loaded} onRetry={reload} failed={users.failed}>
        {rows => (
          <DataTable
            id="users"
            caption={users.title}
            rows={rows}
            keyOf={({ id }) => id}
            order="name"
            empty={users.empty}
            emptyHint={users.emptyHint}
            columns={[
              { key: 'name', head: texts.admin.name, cell: ({ user }) => user, sort: ({ user }) => user },
              { key: 'role', head: texts.admin.role, cell: ({ role }) => texts.role[role], sort: ({ role }) => role },
              { key: 'groups', head: texts.admin.groups, cell: ({ groups }) => groups.join(', ') || texts.live.allGroups },
              { key: 'driver', head: users.driver, wide: true, cell: ({ driver }) => driver ?? texts.unknown },
              {
                key: 'made',
                head: texts.admin.made,
                wide: true,
                cell: ({ created_at }) => <Time at={created_at} as="date" />,
                sort: ({ created_at }) => created_at,
              },
            ]}
          />
        )}
      </Loading>
      {adding && <AddUser onClose={() => setAdding(false)} onAdded={reload} />}
    </Section>
  );
};

const AddUser = ({ onClose, onAdded }: { onClose: () => void; onAdded: () => void }) => {
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [groups, setGroups] = useState('');
  const [driver, setDriver] = useState('');
  const { users } = texts.admin;
  const { busy, problem, problemOf, submit } = useSubmit(async () => {
    const body = { user, password, role, groups: groupsIn(groups), driver: role === 'driver' ? driver : null };
    await answerOf(api.POST('/users', { body }));
    showToast({ text: users.added(user) });
    onAdded();
    onClose();
  });
  return (
    <FormDialog title={users.add} confirm={users.add} busy={busy} problem={problem} onSubmit={submit} onClose={onClose}>
      <TextField label={texts.login.user} value={user} onChange={setUser} problem={problemOf('user')} required />
      <TextField
        label={users.password}
        hint={users.passwordHint}
        type="password"
        autoComplete="new-password"
        minLength={8}
        value={password}
        onChange={setPassword}
        problem={problemOf('password')}
        required
      />
      <SelectField
        label={texts.admin.role}
        value={role}
        choices={ROLES.map(one => [one, texts.role[one] ?? one])}
        onChange={setRole}
      />
      {role === 'driver' && (
        <TextField
          label={users.driver}
          hint={users.driverHint}
          value={driver}
          onChange={setDriver}
          problem={problemOf('driver')}
          required
        />
      )}
      <GroupsField value={groups} onChange={setGroups} problem={problemOf('groups')} />
    </FormDialog>
  );
};
