using Microsoft.Extensions.Logging;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Tensors.Accelerators;

namespace OrleansCompute.Silo;

/// <summary>A server of the fabric: doors, data, and the nodes that run in its process.</summary>
public sealed class FabricServerOptions
{
    /// <summary>Folder of everything that lasts: database, artifacts, keys, log. Created where it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Port of REST API and dashboard on 127.0.0.1, 0 to 65535; 0 (the default) takes a free one.</summary>
    public int HttpPort { get; init; }

    /// <summary>Port of the MQTT broker on 127.0.0.1, 0 to 65535; 0 (the default) takes a free one.</summary>
    public int MqttPort { get; init; }

    /// <summary>Development only: nobody has to show a key or a password. Default false.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Nodes that this process hosts, 1 to 64, each a silo under its own name. Default: one, of all processor cores.</summary>
    public IReadOnlyList<NodeSetup> Nodes { get; init; } = [NodeSetup.WholeMachine];

    /// <summary>Drivers that open accelerators of its nodes, beside those of the library. Default none.</summary>
    public IReadOnlyList<IAcceleratorDriver> Drivers { get; init; } = [];

    /// <summary>How the pool shares out accelerators: one of <see cref="PoolOptions.Policies"/>. Default <c>default</c>.</summary>
    public string Policy { get; init; } = new PoolOptions().Policy;

    /// <summary>How the pool weighs price and energy of nodes against speed. Default null: not at all.</summary>
    public CostOptions? Cost { get; init; }

    /// <summary>How the pool uses nodes that may be taken back. Default as the library's.</summary>
    public SpotOptions Spot { get; init; } = new();

    /// <summary>When the pool moves jobs so that a gang is together; null for never. Default as the library's.</summary>
    public DefragmentationOptions? Defragmentation { get; init; } = new();

    /// <summary>Least level that goes into the log file. Default Information.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>All problems at once, each naming the value and the allowed range; empty where the options are sound.</summary>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(DataFolder))
        {
            problems.Add("The data folder is empty; name one with --data DIR.");
        }

        Port("http-port", HttpPort);
        Port("mqtt-port", MqttPort);
        if (HttpPort != 0 && HttpPort == MqttPort)
        {
            problems.Add($"http-port and mqtt-port are both {HttpPort}; they must differ.");
        }

        if (!PoolOptions.Policies.Contains(Policy, StringComparer.Ordinal))
        {
            problems.Add($"policy is '{Policy}'; allowed: {string.Join(", ", PoolOptions.Policies)}.");
        }

        if (Nodes.Count is < 1 or > 64)
        {
            problems.Add($"The server has {Nodes.Count} nodes; allowed: 1 to 64.");
        }

        if (Nodes.GroupBy(node => node.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            problems.Add($"{twice.Count()} nodes are named '{twice.Key}'; names must differ.");
        }

        problems.AddRange(Nodes.SelectMany(node => node.Host.Problems($"node {node.Name}: ")));
        Part("cost", Cost is null ? null : Cost.Validate);
        Part("spot", Spot.Validate);
        Part("defragmentation", Defragmentation is null ? null : Defragmentation.Validate);
        return problems;

        void Part(string name, Action? validate)
        {
            try
            {
                validate?.Invoke();
            }
            catch (ArgumentException exception)
            {
                problems.Add($"{name}: {exception.Message}");
            }
        }

        void Port(string name, int port)
        {
            if (port is < 0 or > 65535)
            {
                problems.Add($"{name} is {port}; allowed: 0 to 65535, where 0 takes a free one.");
            }
        }
    }
}
