using System.Collections.Immutable;
using System.Reflection;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Grains.Jobs;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Parallel;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Shards;

/// <summary>One replica of a model with its trainer. Used from the accelerator's thread only, one piece of work at a time.</summary>
internal sealed class ShardReplicaWork : IDisposable
{
    // Keeps the activations of a micro-batch in the caches; larger shares are cut into such pieces, whose gradients add up: so no batch
    // needs more memory of an accelerator than this.
    private const int MaxMicroBatch = 64;
    private readonly JobSpec _spec;
    private readonly ImageDataset _dataset;
    private readonly IAccelerator _accelerator;
    private readonly TimeProvider _clock;
    private readonly Graph _network;
    private readonly TrainedReplica _replica;
    private readonly float[] _gradient;
    private readonly GradientReducer _reducer;

    public ShardReplicaWork(JobSpec spec, ImageDataset dataset, IAccelerator accelerator, TimeProvider clock)
    {
        (_spec, _dataset, _accelerator, _clock) = (spec, dataset, accelerator, clock);
        _network = NetworkMapper.ToDefinition(spec.Model).ToGraph();
        _replica = TrainingMapper.Create(spec.Training, _network, accelerator, Math.Min(MaxMicroBatch, spec.Training.MaxBatchSize ?? spec.Training.BatchSize), dataset.Count);
        Trainer = new ShardTrainer(_replica.Model, _replica.Optimiser, dataset, clock);
        _gradient = new float[ParameterCount];
        _reducer = new GradientReducer(ParameterCount);
    }

    public ShardTrainer Trainer { get; }

    public int ParameterCount => Trainer.ParameterCount;

    /// <summary>A replica like this one was at the beginning, to be measured and thrown away.</summary>
    public ShardReplicaWork CreateCopy() => new(_spec, _dataset, _accelerator, _clock);

    /// <summary>One step of training by itself, as a job with one worker would do it.</summary>
    /// <returns>Samples used.</returns>
    public int TrainStep(long step, int batchSize)
    {
        var samples = new int[Math.Min(batchSize, 1024)];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (int)(((step * samples.Length) + i) % _dataset.Count);
        }

        Trainer.Compute(samples, _gradient);
        _reducer.Add([new GradientContribution(0, samples.Length, _gradient)]);
        _reducer.WriteMean(_gradient);
        Trainer.Apply(_gradient);
        return samples.Length;
    }

    /// <summary>Loss and accuracy of what would be published now.</summary>
    public BatchScore Evaluate(ImageDataset data)
    {
        var parameters = _replica.Model.Parameters;
        var trained = parameters.ToArray();
        _replica.Published.CopyTo(parameters.Span);
        try
        {
            return Trainer.Evaluate(data);
        }
        finally
        {
            trained.CopyTo(parameters);
        }
    }

    /// <summary>What would be published now as an ONNX file, in float32 whatever it was trained in.</summary>
    public byte[] ExportOnnx() => OnnxExporter.Export(
        InferencePlan.WithProbabilities(_network),
        _replica.Published,
        new OnnxExportOptions
        {
            ProducerVersion = typeof(ShardReplicaWork).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            Metadata = ImmutableDictionary<string, string>.Empty.Add("job", $"{_spec.Tenant}/{_spec.Name}").Add("model", _spec.Model.Name),
            OutputNames = ["probabilities"],
        });

    public void Dispose() => _replica.Dispose();
}
