using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Simulations.Engine;

/// <summary>
/// The truth about a job: what it really achieves with what it is given. The engine keeps the account of time, service and restarts;
/// a subclass knows the work. What the policy may know of it is only what <see cref="Describe"/> says.
/// </summary>
/// <param name="id">Name, unique in the workload.</param>
/// <param name="submitSeconds">When it is submitted, 0 or more.</param>
public abstract class SimulatedJob(string id, double submitSeconds)
{
    /// <summary>Name.</summary>
    public string Id { get; } = id;

    /// <summary>When it is submitted.</summary>
    public double SubmitSeconds { get; } = submitSeconds;

    /// <summary>Whose it is in this run; null for whom <see cref="Describe"/> names.</summary>
    public string? Tenant { get; set; }

    /// <summary>
    /// When it must be done, seconds; null for no deadline. Whoever sets one states how long the job takes as well: a pool promises nothing
    /// to a job of unknown length.
    /// </summary>
    public double? DeadlineSeconds { get; set; }

    /// <summary>Whether the deadline was refused at submission, so that the job runs without.</summary>
    public bool IsDeadlineRefused { get; internal set; }

    /// <summary>When it first got accelerators; NaN before.</summary>
    public double StartSeconds { get; internal set; } = double.NaN;

    /// <summary>When its work was done; NaN before.</summary>
    public double CompletionSeconds { get; internal set; } = double.NaN;

    /// <summary>What it holds.</summary>
    public Allocation Allocation { get; internal set; } = Allocation.None;

    /// <summary>The job that computes on the same accelerators; null where it has them to itself.</summary>
    public SimulatedJob? Partner { get; internal set; }

    /// <summary>The part of what it holds that counts as its own: half of what it shares.</summary>
    internal double HeldFraction => Partner is null ? 1 : 0.5;

    /// <summary>When it got that.</summary>
    public double AllocatedSeconds { get; internal set; }

    /// <summary>Accelerator-seconds held so far.</summary>
    public double AttainedAcceleratorSeconds { get; internal set; }

    /// <summary>Seconds with accelerators so far.</summary>
    public double RunSeconds { get; internal set; }

    /// <summary>Accelerator-seconds in which it computed, restarts left out.</summary>
    public double ComputingAcceleratorSeconds { get; internal set; }

    /// <summary>Changes of its accelerators after the first start.</summary>
    public int Restarts { get; internal set; }

    /// <summary>Failures of nodes that hit it.</summary>
    public int Failures { get; internal set; }

    /// <summary>What the policy left with it.</summary>
    public double? Memo { get; internal set; }

    /// <summary>Seconds of its start or restart that are still to pass before it computes.</summary>
    public double RestartSecondsLeft { get; internal set; }

    /// <summary>Whether it is done.</summary>
    public bool IsFinished => !double.IsNaN(CompletionSeconds);

    /// <summary>Jobs in the system, itself included, summed over its rounds; with <see cref="RoundsInSystem"/> the mean contention.</summary>
    internal double ContentionSum { get; set; }

    internal int RoundsInSystem { get; set; }

    /// <summary>Seconds that a start or a change of accelerators costs.</summary>
    public abstract double RestartSeconds { get; }

    /// <summary>Accelerators that its owner asked for.</summary>
    public abstract int RequestedAccelerators { get; }

    /// <summary>What may be known of it: requests, limits, the model of its speed. The engine adds its account.</summary>
    public abstract JobSnapshot Describe();

    /// <summary>Takes over new accelerators: batch size and speed may change.</summary>
    public abstract void Apply(ClusterSnapshot cluster, Allocation allocation);

    /// <summary>Computes.</summary>
    /// <param name="seconds">Longest time.</param>
    /// <param name="speedFraction">1, less where others interfere.</param>
    /// <returns>Seconds until the work was done; NaN where it is not done yet.</returns>
    public abstract double Run(double seconds, double speedFraction);

    /// <summary>Seconds of computing that it needs yet with what it holds; infinite, the default, where that is not known.</summary>
    /// <param name="speedFraction">1, less where others interfere.</param>
    public virtual double SecondsLeft(double speedFraction) => double.PositiveInfinity;

    /// <summary>Seconds after which it may be done, where nothing changes: it is not before. By default <see cref="SecondsLeft"/>.</summary>
    /// <param name="speedFraction">Part of its speed that it keeps, above 0 to 1.</param>
    public virtual double SecondsToLook(double speedFraction) => SecondsLeft(speedFraction);

    /// <summary>The part of its speed alone that it keeps, on what it holds, while another job computes there too; 0, the default, for none.</summary>
    public virtual double SpeedBeside(ClusterSnapshot cluster, SimulatedJob other) => 0;

    /// <summary>Keeps the present state as what a failure throws it back to.</summary>
    public abstract void Checkpoint();

    /// <summary>Goes back to the last checkpoint.</summary>
    public abstract void Rollback();

    /// <summary>
    /// Seconds from a start with so many accelerators of the cluster's first acceptable type, all to itself, to the end of the work:
    /// what finish-time fairness compares with. The start's own cost is in it.
    /// </summary>
    public abstract double AloneSeconds(ClusterSnapshot cluster, int accelerators);

    /// <summary>Seconds that it needs yet on what it requested of the first acceptable type: for the clairvoyant track.</summary>
    public abstract double RemainingSeconds(ClusterSnapshot cluster);

    /// <summary>
    /// Part of a step, from 0 to 1, in which accelerators of several nodes exchange gradients and do not compute, on the network that it was
    /// measured on. Default 0.25, where that was not measured.
    /// </summary>
    public virtual double CommunicationFraction => 0.25;
}
