namespace OrleansCompute.Storage.Sqlite;

/// <summary>The tables, as steps forward.</summary>
internal static class Schema
{
    /// <summary>Marks the file as ours in the SQLite header: "OCFB".</summary>
    public const int ApplicationId = 0x4F434642;

    // Readings and inferences are clustered by their key (WITHOUT ROWID): one b-tree instead of a table and an index, which halves both the
    // bytes on disk and the pages that a commit writes. Times are UTC ticks of 100 ns.
    private const string First = """
        CREATE TABLE device (
            id INTEGER PRIMARY KEY,
            tenant TEXT NOT NULL,
            name TEXT NOT NULL,
            UNIQUE (tenant, name));
        CREATE TABLE quantity (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE);
        CREATE TABLE reading (
            device INTEGER NOT NULL REFERENCES device (id),
            sequence INTEGER NOT NULL,
            measured_at INTEGER NOT NULL,
            quantities BLOB NOT NULL,
            PRIMARY KEY (device, sequence)) WITHOUT ROWID;
        CREATE TABLE model_version (
            id INTEGER PRIMARY KEY,
            tenant TEXT NOT NULL,
            model TEXT NOT NULL,
            version INTEGER NOT NULL,
            UNIQUE (tenant, model, version));
        CREATE TABLE inference (
            model_version INTEGER NOT NULL REFERENCES model_version (id),
            device INTEGER NOT NULL REFERENCES device (id),
            sample INTEGER NOT NULL,
            label INTEGER NOT NULL,
            confidence REAL NOT NULL,
            latency_ms REAL NOT NULL,
            PRIMARY KEY (model_version, device, sample)) WITHOUT ROWID;
        CREATE TABLE usage_entry (
            pool TEXT NOT NULL,
            lease INTEGER NOT NULL,
            interval_number INTEGER NOT NULL,
            tenant TEXT NOT NULL,
            month TEXT NOT NULL,
            job TEXT NOT NULL,
            node TEXT NOT NULL,
            accelerator TEXT NOT NULL,
            from_ticks INTEGER NOT NULL,
            to_ticks INTEGER NOT NULL,
            score_gflops REAL NOT NULL,
            PRIMARY KEY (pool, lease, interval_number)) WITHOUT ROWID;
        CREATE INDEX usage_entry_by_month ON usage_entry (tenant, month, lease, interval_number);
        CREATE TABLE grain_state (
            id INTEGER PRIMARY KEY,
            grain TEXT NOT NULL,
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            state TEXT,
            updated_at INTEGER NOT NULL,
            UNIQUE (grain, name));
        """;

    // Leases of older files were of whole accelerators, or billed as such.
    private const string UsageShare = "ALTER TABLE usage_entry ADD COLUMN compute_share REAL NOT NULL DEFAULT 1;";

    // What an invoice adds up, written with each interval: a month of one accelerator has 518,400 intervals of 5 s, which take
    // 2.1 s to read and add up; its 104 jobs' lines here 0.3 ms. Ticks are whole, and each share has a line of its own: sums are exact.
    private const string UsageTotals = """
        CREATE TABLE usage_total (
            tenant TEXT NOT NULL,
            month TEXT NOT NULL,
            job TEXT NOT NULL,
            compute_share REAL NOT NULL,
            held_ticks INTEGER NOT NULL,
            PRIMARY KEY (tenant, month, job, compute_share)) WITHOUT ROWID;
        INSERT INTO usage_total (tenant, month, job, compute_share, held_ticks)
            SELECT tenant, month, job, compute_share, sum(to_ticks - from_ticks) FROM usage_entry GROUP BY tenant, month, job, compute_share;
        """;

    public static IReadOnlyList<SchemaMigration> Migrations { get; } =
    [
        new(1, "telemetry, inferences, usage, grain state", First),
        new(2, "share of the accelerator in usage", UsageShare),
        new(3, "usage of jobs by month", UsageTotals),
    ];
}
