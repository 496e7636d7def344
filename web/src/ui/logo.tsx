export function Logo({ label }: { label?: string }) {
  return (
    <svg
      className="logo"
      viewBox="0 0 24 24"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <g fill="none" strokeWidth="2.7" strokeLinecap="round">
        <path className="lg-a" d="M10.4 4.1A8 8 0 0 0 5.1 16.1" />
        <path className="lg-b" d="M13.6 19.9A8 8 0 0 0 18.9 7.9" />
        <path className="lg-c" strokeWidth="3.4" d="M8.6 15.4 15.4 8.6" />
      </g>
    </svg>
  );
}
