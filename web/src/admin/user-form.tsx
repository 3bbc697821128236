import { useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { texts } from '../texts/texts';
import { CheckField, SelectField, TextField } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { showToast } from '../ui/toasts';
import { useSubmit } from '../ui/use-submit';
import { GroupsField, groupsIn } from './groups-field';
import { ROLES, type Role } from './roles';

type User = Schema<'User'>;

/** A new user, or what changes of one: the role, the groups, the password, whether they may log in. */
export const UserForm = ({
  user: before,
  onAskDelete,
  onClose,
  onSaved,
}: {
  user: User | undefined;
  onAskDelete: () => void;
  onClose: () => void;
  onSaved: () => void;
}) => {
  const [user, setUser] = useState(before?.user ?? '');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>(before?.role ?? 'viewer');
  const [groups, setGroups] = useState(before?.groups.join(', ') ?? '');
  const [driver, setDriver] = useState(before?.driver ?? '');
  const [mayLogIn, setMayLogIn] = useState(!before?.disabled);
  const { users } = texts.admin;
  const { busy, problem, problemOf, submit } = useSubmit(async () => {
    const rest = { role, groups: groupsIn(groups), driver: role === 'driver' ? driver : null };
    if (before === undefined) await answerOf(api.POST('/users', { body: { user, password, ...rest } }));
    else {
      const body = { ...rest, disabled: !mayLogIn, ...(password !== '' && { password }) };
      await answerOf(api.PATCH('/users/{id}', { params: { path: { id: before.id } }, body }));
    }
    showToast({ text: before === undefined ? users.added(user) : users.changed(user) });
    onSaved();
    onClose();
  });
  return (
    <FormDialog
      title={before ? users.change(before.user) : users.add}
      confirm={before ? texts.save : users.add}
      busy={busy}
      problem={problem}
      onSubmit={submit}
      onClose={onClose}
    >
      {before === undefined && (
        <TextField label={texts.login.user} value={user} onChange={setUser} problem={problemOf('user')} required />
      )}
      <TextField
        label={before ? users.newPassword : users.password}
        hint={before ? users.newPasswordHint : users.passwordHint}
        type="password"
        autoComplete="new-password"
        minLength={8}
        value={password}
        onChange={setPassword}
        problem={problemOf('password')}
        required={before === undefined}
      />
      <SelectField
        label={texts.admin.role}
        value={role}
        choices={ROLES.map(one => [one, texts.role[one] ?? one])}
        onChange={setRole}
        problem={problemOf('role')}
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
      {before && (
        <>
          <CheckField label={users.mayLogIn} hint={users.mayLogInHint} checked={mayLogIn} onChange={setMayLogIn} />
          <div className="form-actions">
            <button
              type="button"
              className="button small"
              onClick={() => {
                onClose();
                onAskDelete();
              }}
            >
              {texts.admin.delete}
            </button>
          </div>
        </>
      )}
    </FormDialog>
  );
};
