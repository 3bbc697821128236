import { useCallback, useState } from 'react';
import { api, type Schema } from '../api/client';
import { getAll } from '../api/get-all';
import { useLoaded } from '../app/use-loaded';
import { texts } from '../texts/texts';
import { Confirm } from '../ui/dialog';
import { ListSection } from '../ui/list-section';
import { tellOutcome } from '../ui/tell-outcome';
import { Time } from '../ui/time';
import { UserForm } from './user-form';

type User = Schema<'User'>;

/** Who may log in, as what, and for which groups. */
export const UsersTab = () => {
  const list = useLoaded(useCallback(() => getAll<User>('/users'), []));
  const [, reload] = list;
  const [form, setForm] = useState<{ user?: User }>();
  const [deleting, setDeleting] = useState<User>();
  const { users } = texts.admin;
  const remove = ({ id, user }: User): void =>
    void tellOutcome(api.DELETE('/users/{id}', { params: { path: { id } } }), users.deleted(user)).then(reload);
  return (
    <ListSection<User>
      title={users.title}
      add={{ text: users.add, onClick: () => setForm({}) }}
      of={list}
      failed={users.failed}
      id="users"
      keyOf={({ id }) => id}
      order="name"
      empty={users.empty}
      emptyHint={users.emptyHint}
      classOf={({ disabled }) => (disabled ? 'past' : undefined)}
      columns={[
        {
          key: 'name',
          head: texts.admin.name,
          cell: ({ user, disabled }) => (
            <>
              {user} {disabled && <span className="tag">{users.disabled}</span>}
            </>
          ),
          sort: ({ user }) => user,
        },
        { key: 'role', head: texts.admin.role, cell: ({ role }) => texts.role[role], sort: ({ role }) => role },
        {
          key: 'groups',
          head: texts.admin.groups,
          wide: true,
          cell: ({ groups }) => groups.join(', ') || texts.live.allGroups,
        },
        { key: 'driver', head: users.driver, wide: true, cell: ({ driver }) => driver ?? texts.unknown },
        {
          key: 'made',
          head: texts.admin.made,
          wide: true,
          cell: ({ created_at }) => <Time at={created_at} as="date" />,
          sort: ({ created_at }) => created_at,
        },
        {
          key: 'do',
          head: '',
          numeric: true,
          cell: user => (
            <button type="button" className="button small" onClick={() => setForm({ user })}>
              {texts.admin.edit}
            </button>
          ),
        },
      ]}
    >
      {form && (
        <UserForm
          user={form.user}
          onAskDelete={() => setDeleting(form.user)}
          onClose={() => setForm(undefined)}
          onSaved={reload}
        />
      )}
      {deleting && (
        <Confirm
          title={users.deleteTitle(deleting.user)}
          text={users.deleteText}
          confirm={texts.admin.delete}
          onConfirm={() => remove(deleting)}
          onClose={() => setDeleting(undefined)}
        />
      )}
    </ListSection>
  );
};
