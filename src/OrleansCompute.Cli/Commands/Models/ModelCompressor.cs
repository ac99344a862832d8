using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Training.Compression;
using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>Compresses a model by one method, and trains it as far as there are images. Not thread-safe.</summary>
internal sealed class ModelCompressor(IAccelerator accelerator, ModelCompressor.Settings settings)
{
    public TrainedModel Compress(TrainedModel model, SampleSet? train, float[]? calibration, CancellationToken cancellationToken)
    {
        var tuner = new FineTuner(accelerator, new FineTuneOptions { Epochs = train is null ? 0 : settings.Epochs });
        switch (settings.Method)
        {
            case CompressionMethod.Int8:
                return new PostTrainingQuantiser(accelerator, Options).Quantise(model, Samples(model, calibration));

            case CompressionMethod.Qat:
                if (train is null)
                {
                    throw new ArgumentException("--method qat trains; give --dataset DIR with training images.");
                }

                var ranges = new ActivationCalibrator(accelerator, Options).Run(model, Samples(model, calibration));
                var trained = tuner.Train(QuantisationAwareTraining.Prepare(model, ranges), train, null, cancellationToken);
                return PostTrainingQuantiser.Quantise(model with { Parameters = trained.Parameters }, ranges);

            case CompressionMethod.Prune:
                if (train is null || settings.Epochs == 0)
                {
                    return MagnitudePruner.Prune(model, settings.Amount);
                }

                // The last quarter of the steps trains what is left.
                var schedule = new SparsitySchedule(settings.Amount, Math.Max(1, tuner.Steps(train.Count) * 3 / 4));
                return tuner.Train(model, train, optimiser => new PruningOptimiser(optimiser, schedule, ParameterSlices.Of(model.Graph)), cancellationToken);

            case CompressionMethod.Structured:
                return Tuned(tuner, StructuredPruner.Prune(model, settings.Amount), train, cancellationToken);

            default:
                return Tuned(tuner, LowRankFactoriser.Factorise(model, new LowRankOptions { EnergyFraction = settings.Amount }), train, cancellationToken);
        }
    }

    private QuantisationOptions Options => new() { Calibration = settings.Ranges };

    private static TrainedModel Tuned(FineTuner tuner, TrainedModel model, SampleSet? train, CancellationToken cancellationToken) =>
        train is null ? model : tuner.Train(model, train, null, cancellationToken);

    private float[] Samples(TrainedModel model, float[]? calibration)
    {
        if (calibration is null)
        {
            throw new ArgumentException("8 bits need samples for the ranges of activations; give --calibration FILE or --dataset DIR.");
        }

        var length = model.Graph.Inputs[0].Type.Shape.Dimensions[1..].ToArray().Aggregate(1L, (product, size) => product * size);
        return calibration[..(int)Math.Min(calibration.Length, Math.Max(0, length) * settings.Samples)];
    }

    /// <summary>What to do.</summary>
    internal sealed record Settings(CompressionMethod Method, double Amount, int Epochs, int Samples, CalibrationMethod Ranges);
}
