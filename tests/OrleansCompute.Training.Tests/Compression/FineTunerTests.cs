using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using OrleansCompute.Training.Compression;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Tests.Compression;

public sealed class FineTunerTests
{
    [Fact]
    public void Distil_FromATeacher_TeachesWithoutTheLabels()
    {
        using var accelerator = new CpuAccelerator();
        var teacher = CompressionModels.Trained(accelerator, CompressionModels.Cnn());
        var student = CompressionModels.Create(new NetworkBuilder(1, 8, 8).Flatten().Dense(4).Build());
        // Wrong labels and alpha 1: all that is learned comes from the teacher.
        var samples = CompressionModels.Quarters(256, 7);
        var blind = samples with { Labels = new int[samples.Count] };
        var tuner = new FineTuner(accelerator, new FineTuneOptions { Epochs = 4, BatchSize = 16, LearningRate = 1e-2f });
        var taught = tuner.Distil(student, teacher, blind, new DistillationOptions { Alpha = 1 });
        Assert.InRange(CompressionModels.Accuracy(accelerator, taught, CompressionModels.Quarters(200, 9)), 0.9, 1);
    }

    [Fact]
    public void Run_OfTheDistillationLoss_IsTheFormulaInDouble()
    {
        using var accelerator = new CpuAccelerator();
        var graph = new NetworkBuilder(3).Dense(3).Build();
        const double Temperature = 3, Alpha = 0.4;
        // Identity weights and no bias: the logits are the inputs, and the gradient of a bias is that of its logit.
        float[] parameters = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0];
        float[] z = [0.5f, -1, 2];
        double[] teacher = [0.2, 0.5, 0.3];
        using var plan = new LossPlan(graph, accelerator, LossGraphs.Distillation(Temperature, Alpha));
        using var soft = Tensor.Of<float>(new Shape(1, 3), [.. teacher.Select(value => (float)value)]);
        var gradients = new float[12];
        var score = plan.Run(z, [1], parameters, gradients, CancellationToken.None, soft);

        static double[] Softmax(float[] z, double t)
        {
            var e = z.Select(value => Math.Exp(value / t)).ToArray();
            return [.. e.Select(value => value / e.Sum())];
        }

        var (hard, warm) = (Softmax(z, 1), Softmax(z, Temperature));
        var loss = ((1 - Alpha) * -Math.Log(hard[1])) + (Alpha * Temperature * Temperature * -teacher.Zip(warm, (q, p) => q * Math.Log(p)).Sum());
        Assert.Equal(loss, score.LossSum, 1e-4);
        for (var c = 0; c < 3; c++)
        {
            var expected = ((1 - Alpha) * (hard[c] - (c == 1 ? 1 : 0))) + (Alpha * Temperature * (warm[c] - teacher[c]));
            Assert.Equal(expected, gradients[9 + c], 1e-4);
        }
    }

    [Fact]
    public void Train_WithQuantisationInTheLoop_KeepsTheAccuracyOfBytes()
    {
        using var accelerator = new CpuAccelerator();
        var model = CompressionModels.Trained(accelerator, CompressionModels.Cnn());
        var ranges = new ActivationCalibrator(accelerator).Run(model, CompressionModels.Quarters(64, 8).Values);
        var aware = QuantisationAwareTraining.Prepare(model, ranges);
        Assert.Equal(model.Parameters, aware.Parameters);
        var test = CompressionModels.Quarters(100, 9);
        var (fake, bytes) = (CompressionModels.Logits(accelerator, aware, test), CompressionModels.Logits(accelerator, PostTrainingQuantiser.Quantise(model, ranges), test));
        // The training sees what the bytes will give, but for outputs, which bytes round once more.
        Assert.InRange(Math.Sqrt(fake.Zip(bytes, (x, y) => (double)(x - y) * (x - y)).Sum() / fake.Sum(x => (double)x * x)), 0, 0.03);
        var trained = CompressionModels.Trained(accelerator, aware, 1);
        Assert.InRange(CompressionModels.Accuracy(accelerator, PostTrainingQuantiser.Quantise(model with { Parameters = trained.Parameters }, ranges), test), 0.95, 1);
    }

    [Fact]
    public void Options_OutOfRange_NameEachValue()
    {
        Assert.Equal(3, new FineTuneOptions { Epochs = -1, BatchSize = 0, LearningRate = 0 }.Validate().Count);
        Assert.Equal(2, new DistillationOptions { Temperature = 0, Alpha = 2 }.Validate().Count);
    }
}
