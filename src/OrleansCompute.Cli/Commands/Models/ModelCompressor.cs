using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Training.Compression;
using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>Compresses a model by one method, and trains it as far as there are images; gives what to compare it with. Not thread-safe.</summary>
internal sealed class ModelCompressor(IAccelerator accelerator, ModelCompressor.Settings settings)
{
    public TrainedModel Compress(TrainedModel model, SampleSet? train, float[]? calibration, CancellationToken cancellationToken)
    {
        var tuner = Tuner(train);
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

            case CompressionMethod.Distill:
                return tuner.Distil(Student(train), model, train!, new DistillationOptions { Temperature = settings.Temperature, Alpha = settings.Alpha }, cancellationToken);

            default:
                return Tuned(tuner, LowRankFactoriser.Factorise(model, new LowRankOptions { EnergyFraction = settings.Amount }), train, cancellationToken);
        }
    }

    /// <summary>
    /// The dense control: what the same training makes of the model without compression, or of the student without its teacher; null where
    /// nothing was trained. What is better than it is the method's merit, and not that of more training.
    /// </summary>
    public TrainedModel? Control(TrainedModel model, SampleSet? train, CancellationToken cancellationToken) =>
        train is null || settings.Epochs == 0 || settings.Method == CompressionMethod.Int8 ? null
        : Tuner(train).Train(settings.Method == CompressionMethod.Distill ? Student(train) : model, train, null, cancellationToken);

    private FineTuner Tuner(SampleSet? train) =>
        new(accelerator, new FineTuneOptions { Epochs = train is null ? 0 : settings.Epochs, LearningRate = settings.LearningRate });

    private TrainedModel Student(SampleSet? train) =>
        train is null || settings.Epochs == 0 ? throw new ArgumentException("--method distill trains; give --dataset DIR with training images, and --epochs of 1 or more.")
        : settings.Student ?? throw new ArgumentException("--method distill needs the network that learns; give --student FILE.");

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
    internal sealed record Settings(CompressionMethod Method, double Amount, int Epochs, int Samples, CalibrationMethod Ranges)
    {
        /// <summary>Adam's step size; that of the training library where nobody says otherwise.</summary>
        public float LearningRate { get; init; } = new FineTuneOptions().LearningRate;

        /// <summary>distill: the network that learns.</summary>
        public TrainedModel? Student { get; init; }

        /// <summary>distill: see <see cref="DistillationOptions.Temperature"/>.</summary>
        public double Temperature { get; init; } = new DistillationOptions().Temperature;

        /// <summary>distill: see <see cref="DistillationOptions.Alpha"/>.</summary>
        public double Alpha { get; init; } = new DistillationOptions().Alpha;
    }
}
