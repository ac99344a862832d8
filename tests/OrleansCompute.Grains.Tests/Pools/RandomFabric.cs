using System.Collections.Immutable;
using Orleans;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>
/// Nodes and jobs as a pool sees them, without what they do: nodes take leases by the rules of the real ones, jobs start, grow, yield and
/// lose. Calls of the pool to them are answered here, and some of them are lost on the way there or back. Thread-safe.
/// </summary>
internal sealed class RandomFabric(int seed) : IOutgoingGrainCallFilter
{
    private readonly Lock _gate = new();
    private readonly System.Random _random = new(seed);
    private readonly Dictionary<string, RandomNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RandomJob> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Lease> _everGiven = [];
    private readonly List<string> _faults = [];

    /// <summary>Part of the calls that are lost, 0 to 1.</summary>
    public double Loss { get; set; }

    public T With<T>(Func<Dictionary<string, RandomNode>, Dictionary<string, RandomJob>, T> look)
    {
        lock (_gate)
        {
            return look(_nodes, _jobs);
        }
    }

    /// <summary>What should never have happened.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_gate)
            {
                return [.. _faults];
            }
        }
    }

    public NodeSnapshot Snapshot(string name) => With((nodes, _) => nodes[name].ToSnapshot());

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        var type = context.InterfaceMethod.DeclaringType;
        if (type != typeof(INodeGrain) && type != typeof(IJobGrain))
        {
            await context.Invoke();
            return;
        }

        // Another turn of the pool may come first, as with a call that takes time.
        await Task.Yield();
        lock (_gate)
        {
            Lose("on the way there");
            var key = context.TargetId.Key.ToString()!;
            if (type == typeof(INodeGrain))
            {
                CallNode(_nodes[key], context);
            }
            else
            {
                CallJob(_jobs[key], context);
            }

            Lose("on the way back");
        }
    }

    private void Lose(string where)
    {
        if (_random.NextDouble() < Loss)
        {
            throw new TimeoutException($"The message was lost {where}.");
        }
    }

    private void CallNode(RandomNode node, IOutgoingGrainCallContext context)
    {
        if (!node.IsUp)
        {
            throw new TimeoutException($"Node {node.Name} does not answer.");
        }

        switch (context.InterfaceMethod.Name)
        {
            case nameof(INodeGrain.Grant):
                var lease = (Lease)context.Request.GetArgument(0)!;
                node.Grant(lease);
                if (_everGiven.TryGetValue(lease.Id, out var earlier) && (earlier.Job, earlier.Node, earlier.Accelerator) != (lease.Job, lease.Node, lease.Accelerator))
                {
                    _faults.Add($"lease {lease.Id} was {earlier.Job} on {earlier.Node} and is {lease.Job} on {lease.Node}");
                }

                _everGiven[lease.Id] = lease;
                break;
            case nameof(INodeGrain.Release):
                node.Leases.Remove((long)context.Request.GetArgument(0)!);
                break;
            default:
                context.Result = node.ToSnapshot();
                break;
        }
    }

    private static void CallJob(RandomJob job, IOutgoingGrainCallContext context)
    {
        switch (context.InterfaceMethod.Name)
        {
            case nameof(IJobGrain.Assign):
                job.Assign((ImmutableArray<Lease>)context.Request.GetArgument(0)!);
                break;
            case nameof(IJobGrain.Yield):
                job.ToReturn.AddRange((ImmutableArray<long>)context.Request.GetArgument(0)!);
                break;
            default:
                job.Lose((ImmutableArray<long>)context.Request.GetArgument(0)!);
                break;
        }
    }

    /// <summary>A node with two accelerators, or more.</summary>
    internal sealed class RandomNode(string name, int accelerators = 2)
    {
        private readonly Dictionary<string, long> _fences = new(StringComparer.Ordinal);

        public string Name => name;

        public bool IsUp { get; private set; } = true;

        public long Incarnation { get; private set; } = 1;

        public Dictionary<long, Lease> Leases { get; } = [];

        public void Stop()
        {
            IsUp = false;
            Leases.Clear();
        }

        public void Start()
        {
            IsUp = true;
            Incarnation++;
        }

        public void Grant(Lease lease)
        {
            if (lease.NodeIncarnation != Incarnation)
            {
                throw new FabricRefusedException("another run");
            }

            if (Leases.ContainsKey(lease.Id))
            {
                return;
            }

            if (Leases.Values.Any(held => held.Accelerator == lease.Accelerator))
            {
                throw new FabricRefusedException("it is held");
            }

            if (lease.Id <= _fences.GetValueOrDefault(lease.Accelerator))
            {
                throw new FabricRefusedException("it is stale");
            }

            _fences[lease.Accelerator] = lease.Id;
            Leases[lease.Id] = lease;
        }

        public NodeSnapshot ToSnapshot() => new()
        {
            Name = name,
            Incarnation = Incarnation,
            State = NodeState.Ready,
            ReportedAt = DateTimeOffset.UnixEpoch,
            Accelerators =
            [
                .. Enumerable.Range(0, accelerators).Select(index => $"acc{index}").Select(accelerator => new AcceleratorSnapshot
                {
                    Accelerator = new AcceleratorDescription { Name = accelerator, Kind = "k", Threads = 1, ComputeShareFraction = 1, ScoreGflops = 10 },
                    BusyFraction = 0,
                    Leases = [.. Leases.Values.Where(lease => lease.Accelerator == accelerator)],
                    FenceId = _fences.GetValueOrDefault(accelerator),
                }),
            ],
        };
    }

    /// <summary>A job between its submission and its end.</summary>
    internal sealed class RandomJob(JobRequest request)
    {
        public JobRequest Request => request;

        public HashSet<long> Leases { get; } = [];

        /// <summary>Leases that it gives back when it next calls.</summary>
        public List<long> ToReturn { get; } = [];

        public bool HasEnded { get; set; }

        /// <summary>Lost its training, and waits for leases again.</summary>
        public bool IsToResubmit { get; set; }

        public void Assign(ImmutableArray<Lease> leases)
        {
            if (HasEnded || (Leases.Count == 0 && leases.Length < request.MinAccelerators))
            {
                ToReturn.AddRange(leases.Select(lease => lease.Id));
            }
            else
            {
                Leases.UnionWith(leases.Select(lease => lease.Id).Except(ToReturn));
            }
        }

        public void Lose(ImmutableArray<long> leases)
        {
            Leases.ExceptWith(leases);
            IsToResubmit |= Leases.Count == 0 && !HasEnded;
        }
    }
}
