/** Work that takes long: how far it is, or that it is under way where nobody knows. @param done 0–1 */
export const Progress = ({ label, done }: { label: string; done?: number }) => (
  <div className="progress" role="status">
    <span>{label}</span>
    <progress aria-label={label} max={1} value={done} />
  </div>
);
