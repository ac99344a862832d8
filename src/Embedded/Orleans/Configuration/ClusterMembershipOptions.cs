namespace Orleans.Configuration;

/// <summary>How silos watch each other. In one process a dead silo is known at once, so the embedded engine reads none of it.</summary>
public class ClusterMembershipOptions
{
    /// <summary>Missed probes before a silo is suspected; default 3.</summary>
    public int NumMissedProbesLimit { get; set; } = 3;

    /// <summary>How many silos each one probes; default 10.</summary>
    public int NumProbedSilos { get; set; } = 10;

    /// <summary>How many silos must suspect one before it is declared dead; default 2.</summary>
    public int NumVotesForDeathDeclaration { get; set; } = 2;

    /// <summary>How long a probe may take; default 5 seconds.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the membership table is read; default 60 seconds.</summary>
    public TimeSpan TableRefreshTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a silo writes that it is alive; default 30 seconds.</summary>
    public TimeSpan IAmAliveTablePublishTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a suspicion counts; default 2 minutes.</summary>
    public TimeSpan DeathVoteExpirationTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a silo tries to join; default 5 minutes.</summary>
    public TimeSpan MaxJoinAttemptTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether liveness is watched; default true.</summary>
    public bool LivenessEnabled { get; set; } = true;

    /// <summary>When entries of dead silos may be removed; default 7 days.</summary>
    public TimeSpan DefunctSiloExpiration { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often entries of dead silos are removed; default 1 hour.</summary>
    public TimeSpan? DefunctSiloCleanupPeriod { get; set; } = TimeSpan.FromHours(1);
}
