namespace OrleansCompute.Training.Models.Transformers;

/// <summary>How the parameters of a transformer start.</summary>
public enum TransformerInitialisation
{
    /// <summary>
    /// As GPT-2 (Radford et al. 2019, section 2.3): normal with deviation 0.02, projections back onto the residual path divided by
    /// sqrt(2 x layers), biases zero. With the small embeddings the first steps of Adam change the tokens' meaning, which embeddings of
    /// deviation 1 hold up.
    /// </summary>
    Gpt2,

    /// <summary>What PyTorch gives nn.Embedding, nn.TransformerEncoderLayer and nn.Linear. For comparisons with it.</summary>
    PyTorch,
}
